import type { Page } from '@playwright/test'
import { test, type Guarded } from './accounts'
import { expect, expectAccessible, expectNoSidewaysScrolling, keepScreenshot } from './fixtures'

/** Opens a section of the settings as the holder of `key`. */
async function openSettings(page: Page, { url }: Guarded, key: string, section: string) {
  await page.addInitScript((token) => sessionStorage.setItem('tokentally.token', token), key)
  await page.goto(`${url}/settings${section}`)
}

async function asked(page: Page, { url }: Guarded, key: string, path: string) {
  const answer = await page.request.get(url + path, { headers: { Authorization: `Bearer ${key}` } })
  return answer.json() as Promise<unknown>
}

test('a profile is changed, and a field that the API refuses says why', async ({
  page,
  guarded,
}) => {
  await openSettings(page, guarded, guarded.graceKey, '')
  await page.getByLabel('Display name').fill('Grace Hopper')
  await page.getByLabel('Time zone').fill('Mars/Olympus')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert')).toContainText('Time zone must be an IANA name')
  await expect(page.getByLabel('Time zone')).toHaveAttribute('aria-invalid', 'true')

  await page.getByLabel('Time zone').fill('America/New_York')
  await page.getByRole('button', { name: 'Save' }).click()

  await expect(page.getByRole('status')).toHaveText('Saved')
  await expect(page.getByRole('button', { name: 'Account of Grace Hopper' })).toBeVisible()
  expect(await asked(page, guarded, guarded.graceKey, '/v1/me')).toMatchObject({
    display_name: 'Grace Hopper',
    time_zone: 'America/New_York',
  })
})

test('whoever has chosen no name is told that others still see none', async ({ page, guarded }) => {
  await openSettings(page, guarded, guarded.adaKey, '')
  const shown = page.getByRole('switch', { name: 'Show my name to others' })
  await shown.click()

  await expect(page.getByText('Anonymous until you save a display name')).toBeVisible()

  await shown.click()
  await expect(page.getByText('as that of Anonymous')).toBeVisible()
})

test('whoever shows their name gets pictures to share; hiding takes them away', async ({
  page,
  guarded,
}) => {
  await openSettings(page, guarded, guarded.graceKey, '')
  const shown = page.getByRole('switch', { name: 'Show my name to others' })
  await shown.click()
  const badge = page.getByRole('img', { name: /^Badge of/ })
  await expect(badge).toHaveJSProperty('complete', true)
  await expect(page.getByText(`![tokens](${guarded.url}/u/grace/badge.svg)`)).toBeVisible()
  expect(await badge.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await keepScreenshot(page, 'settings-profile')

  await shown.click()

  await expect(badge).toBeHidden()
  await expect(page.getByText('as that of Anonymous')).toBeVisible()
})

test('a key is shown once, works, and is refused after it was revoked', async ({
  page,
  guarded,
}) => {
  await openSettings(page, guarded, guarded.graceKey, '#keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await expect(page.getByRole('checkbox')).toHaveCount(3)
  await page.getByLabel('Label').fill('<b>laptop</b>')
  await page.getByRole('checkbox', { name: 'read' }).check()
  await page.getByRole('button', { name: 'Make key' }).click()
  const key = await page.getByRole('dialog').getByText(/^tt_/).innerText()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('button', { name: 'New key' })).toBeFocused()
  await expect(page.getByText(key)).toHaveCount(0)
  const mine = page.getByRole('listitem').filter({ hasText: '<b>laptop</b>' })
  await expect(mine).toContainText('ingest, read')
  expect(await asked(page, guarded, key, '/v1/me')).toMatchObject({ name: 'grace' })

  await mine.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('dialog', { name: 'Revoke <b>laptop</b>?' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(mine.getByRole('button', { name: 'Revoke' })).toBeFocused()
  await mine.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()

  await expect(mine).toContainText('revoked')
  await expect(mine.getByRole('button')).toHaveCount(0)
  expect(await asked(page, guarded, key, '/v1/me')).toMatchObject({ status: 401 })
})

test('a key is copied over plain http too, where browsers offer no clipboard', async ({
  page,
  guarded,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'clipboard'))
  await openSettings(page, guarded, guarded.graceKey, '#keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('button', { name: 'Make key' }).click()
  const key = await page.getByRole('dialog').getByText(/^tt_/).innerText()
  await page.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()

  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Label').focus()
  await page.keyboard.press('Control+V')
  await expect(page.getByLabel('Label')).toHaveValue(key)
})

test('the snippets name this server, and a key where it needs one', async ({ page, guarded }) => {
  await openSettings(page, guarded, guarded.graceKey, '#connect')
  await expect(page.getByText(`curl ${guarded.url}/v1/events`)).toContainText('$TOKENTALLY_KEY')
  await page.getByRole('tab', { name: 'Claude Code' }).click()

  await expect(page.getByText('tokentally import claude --watch')).toBeVisible()
  await expect(page.getByText(`tokentally connect ${guarded.url} --agents claude`)).toBeVisible()
})

test('what is for admins is not offered to others', async ({ page, guarded }) => {
  await openSettings(page, guarded, guarded.graceKey, '#users')

  await expect(page.getByText('Only admins change this.')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link')).toHaveText([
    'Profile',
    'API keys',
    'Connect a source',
  ])
})

test('an admin adds, moves, disables and deletes a user', async ({ page, guarded }) => {
  const users = () => asked(page, guarded, guarded.adaKey, '/v1/admin/users')
  await openSettings(page, guarded, guarded.adaKey, '#users')
  await page.getByRole('button', { name: 'Add user' }).click()
  await page.getByLabel('Name', { exact: true }).fill('grace')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('grace')
  await page.getByLabel('Name', { exact: true }).fill('linus/1')
  await page.getByLabel('Team', { exact: true }).fill('Research')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const linus = page.getByRole('listitem').filter({ hasText: 'linus/1' })
  await expect(linus).toContainText('Research')

  await linus.getByRole('button', { name: 'Change' }).click()
  await page.getByLabel('Team', { exact: true }).fill('Platform')
  await page.getByRole('switch', { name: 'Disabled' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(linus).toContainText('disabled')
  await expect(linus).toContainText('Platform')
  expect(await users()).toMatchObject({
    users: expect.arrayContaining([
      expect.objectContaining({ name: 'linus/1', team: 'Platform', disabled: true }),
    ]) as unknown,
  })

  await linus.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('button', { name: 'Delete for good' })).toBeDisabled()
  await page.getByLabel('Type linus/1 to confirm').fill('linus/1')
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(linus).toHaveCount(0)
  expect(JSON.stringify(await users())).not.toContain('linus/1')
})

test('the last admin cannot be demoted, and the API says why beside the button', async ({
  page,
  guarded,
}) => {
  await openSettings(page, guarded, guarded.adaKey, '#users')
  const ada = page.getByRole('listitem').filter({ hasText: 'ada' })
  await ada.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('switch', { name: 'Admin' }).click()
  await page.getByRole('button', { name: 'Save' }).click()

  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('admin')
})

test('a link with a model leads to its price, which is set from a day on', async ({
  page,
  guarded,
}) => {
  await openSettings(page, guarded, guarded.adaKey, '?model=in-house%2Fllama#prices')
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('in-house/llama')
  await page.getByLabel('Input', { exact: true }).fill('cheap')
  await page.getByLabel('Output', { exact: true }).fill('0.6')
  await page.getByLabel('From (UTC day)').fill('2026-01-01')
  await page.getByRole('button', { name: 'Set price' }).click()
  await expect(page.getByRole('alert')).toHaveText("Input 'cheap' is no number")
  await page.getByLabel('Input', { exact: true }).fill('0.2')
  await page.getByRole('button', { name: 'Set price' }).click()

  await expect(page.getByRole('status')).toContainText('in-house/llama costs 0.2 in, 0.6 out')
  await expect(page.getByRole('row', { name: /in-house\/llama/ })).toContainText('own')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`settings are accessible in ${colorScheme}, also at 360 px`, async ({ page, guarded }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 360, height: 800 })
    await openSettings(page, guarded, guarded.adaKey, '')
    for (const section of ['Profile', 'API keys', 'Connect a source', 'Users', 'Prices']) {
      await page.getByRole('navigation', { name: 'Settings' }).getByText(section).click()
      await expect(page.locator('section[aria-busy="true"]')).toHaveCount(0)
      await expectAccessible(page)
      await expectNoSidewaysScrolling(page)
      await keepScreenshot(page, `settings-${section.toLowerCase()}-360-${colorScheme}`)
    }
  })
}

test('without sign-in keys can be made, and the page says when they count', async ({
  page,
  empty,
}) => {
  await page.goto(`${empty}/settings#keys`)

  await expect(page.getByText('This server runs without sign-in')).toBeVisible()
  await expect(page.getByRole('button', { name: 'New key' })).toBeVisible()
})
