import type { Page } from '@playwright/test'
import { anotherKey, test } from './accounts'
import { expect, expectAccessible, expectNoSidewaysScrolling, keepScreenshot } from './fixtures'

async function signIn(page: Page, key: string) {
  await page.getByLabel('API key or token').fill(key)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What the browser keeps, the theme aside. */
async function keptKeys(page: Page): Promise<string[]> {
  const names = await page.evaluate(() => Object.keys({ ...sessionStorage, ...localStorage }))
  return names.filter((name) => name !== 'tokentally.theme')
}

test('a page that needs sign-in asks for it, and comes back to the same address', async ({
  page,
  guarded,
}) => {
  await page.goto(`${guarded.url}/?tab=teams&period=7d`)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(page, guarded.graceKey)

  await expect(page).toHaveURL(`${guarded.url}/?tab=teams&period=7d`)
  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeVisible()
})

test('passers-by are asked to sign in before anything is refused to them', async ({
  page,
  guarded,
}) => {
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 401) refused.push(new URL(response.url()).pathname)
  })

  for (const path of ['/', '/usage', '/settings', '/health']) {
    await page.goto(guarded.url + path, { waitUntil: 'networkidle' })
    await expect(page).toHaveURL(`${guarded.url}/sign-in?next=${path}`)
  }
  expect(refused).toEqual([])
})

test('a wrong key is told in clear words and not kept', async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/sign-in`)
  await signIn(page, 'tt_wrong')

  await expect(page.getByRole('alert')).toContainText('This key or token is not accepted')
  await expect(page.getByLabel('API key or token')).toHaveAttribute('aria-invalid', 'true')
  expect(await keptKeys(page)).toEqual([])
})

test("a key that may not read is told so in the API's words", async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/sign-in`)
  const { key } = await anotherKey(guarded, guarded.graceKey, 'ingest')
  await signIn(page, key)

  await expect(page.getByRole('alert')).toContainText('this needs the scope read')
})

test('signing in lasts for the tab, or on this device if wanted', async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/sign-in`)
  await signIn(page, guarded.graceKey)
  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeVisible()
  const otherTab = await page.context().newPage()
  await otherTab.goto(guarded.url)
  await expect(otherTab.getByRole('heading', { name: 'Sign in' })).toBeVisible()

  await otherTab.getByLabel('Stay signed in on this device').check()
  await signIn(otherTab, guarded.adaKey)
  await expect(otherTab.getByRole('button', { name: 'Account of ada' })).toBeVisible()
  const thirdTab = await page.context().newPage()
  await thirdTab.goto(guarded.url)

  await expect(thirdTab.getByRole('button', { name: 'Account of ada' })).toBeVisible()
})

test('signing out forgets the key, in every tab that shares it', async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/sign-in`)
  await page.getByLabel('Stay signed in on this device').check()
  await signIn(page, guarded.graceKey)
  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeVisible()
  const otherTab = await page.context().newPage()
  await otherTab.goto(guarded.url)
  await expect(otherTab.getByRole('button', { name: 'Account of grace' })).toBeVisible()

  await page.getByRole('button', { name: 'Account of grace' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()

  await expect(page).toHaveURL(`${guarded.url}/sign-in`)
  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeHidden()
  expect(await keptKeys(page)).toEqual([])
  await expect(otherTab.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a key that is revoked meanwhile leads back to the sign-in page', async ({
  page,
  guarded,
}) => {
  const { id, key } = await anotherKey(guarded, guarded.graceKey, 'read')
  await page.goto(`${guarded.url}/sign-in`)
  await signIn(page, key)
  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeVisible()
  const revoked = await page.request.delete(`${guarded.url}/v1/keys/${id}`, {
    headers: { Authorization: `Bearer ${guarded.graceKey}` },
  })
  expect(revoked.status()).toBe(204)

  await page.reload()

  await expect(page).toHaveURL(`${guarded.url}/sign-in?next=/`)
})

test('a link to the sign-in page cannot lead to another site', async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/sign-in?next=${encodeURIComponent('/.//example.com')}`)
  await signIn(page, guarded.graceKey)

  await expect(page.getByRole('button', { name: 'Account of grace' })).toBeVisible()
  expect(page.url()).toBe(`${guarded.url}/`)
})

test('a server without sign-in offers none, and its page says so', async ({ page, empty }) => {
  await page.goto(`${empty}/sign-in?next=/usage`)
  await expect(page.getByText('This server runs without sign-in')).toBeVisible()
  await page.getByRole('link', { name: 'Continue' }).click()

  await expect(page).toHaveURL(`${empty}/usage`)
  await expect(page.getByRole('link', { name: 'Sign in' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /Account/ })).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`signing in is accessible in ${colorScheme}, also at 360 px`, async ({ page, guarded }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 360, height: 800 })
    await page.goto(`${guarded.url}/sign-in`)
    await signIn(page, 'tt_wrong')
    await expect(page.getByRole('alert')).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScrolling(page)
    await keepScreenshot(page, `sign-in-360-${colorScheme}`)

    await signIn(page, guarded.graceKey)
    await page.getByRole('button', { name: 'Account of grace' }).click()
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScrolling(page)
    await keepScreenshot(page, `account-360-${colorScheme}`)
  })
}
