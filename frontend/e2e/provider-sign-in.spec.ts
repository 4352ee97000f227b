import type { Page } from '@playwright/test'
import { expect, keepScreenshot, test as base } from './fixtures'
import { startProvider, type IdentityProvider } from './identityProvider'
import { startServer } from './server'

interface Served {
  /** A server whose people sign in at a provider. */
  served: { url: string; provider: IdentityProvider }
}

const test = base.extend<object, Served>({
  served: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const provider = await startProvider()
      const server = await startServer(provider.settings)
      await use({ url: server.url, provider })
      await server.stop()
      await provider.stop()
    },
    { scope: 'worker' },
  ],
})

async function goToProvider(page: Page, served: Served['served'], next = '/') {
  await page.goto(served.url + next)
  await page
    .getByRole('button', { name: `Continue with ${new URL(served.provider.issuer).host}` })
    .click()
}

const account = (page: Page) => page.getByRole('button', { name: 'Account of Grace Hopper' })

test('whoever a provider lets in is signed in, and back where they were', async ({
  page,
  served,
}) => {
  await page.goto(`${served.url}/settings#keys`)
  await expect(page.getByRole('button', { name: /Continue with/ })).toBeVisible()
  await keepScreenshot(page, 'sign-in-provider')
  await goToProvider(page, served, '/settings#keys')
  await page.getByRole('link', { name: 'Let me in' }).click()

  await expect(page).toHaveURL(`${served.url}/settings#keys`)
  await expect(account(page)).toBeVisible()
  expect(served.provider.answered.at(-1)).toEqual({ grant: 'authorization_code', status: 200 })
})

test('whoever a provider turns away is told why, in its words', async ({ page, served }) => {
  await goToProvider(page, served)
  await page.getByRole('link', { name: 'No' }).click()

  await expect(page.getByRole('alert')).toHaveText('The identity provider refused: not today')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await expect(page).toHaveURL(`${served.url}/sign-in`)
})

test('a code with another verifier is refused by the provider, and nobody is signed in', async ({
  page,
  served,
}) => {
  await page.route('**/token', async (route) => {
    const sent = new URLSearchParams(route.request().postData() ?? '')
    sent.set('code_verifier', 'x'.repeat(64))
    await route.continue({ postData: sent.toString() })
  })
  await goToProvider(page, served)
  await page.getByRole('link', { name: 'Let me in' }).click()

  await expect(page.getByRole('alert')).toHaveText('The identity provider refused: invalid_grant')
  expect(served.provider.answered.at(-1)?.status).toBe(400)
  expect(await page.evaluate(() => sessionStorage.getItem('tokentally.token'))).toBeNull()
})

test('an answer that this tab did not ask for signs nobody in', async ({ page, served }) => {
  await page.goto(`${served.url}/sign-in/callback?code=stolen&state=unknown`)

  await expect(page.getByRole('alert')).toHaveText(
    'This sign-in was not begun in this tab, or is too old.',
  )
})

test('a token that is about to expire is renewed before the next question', async ({
  page,
  served,
}) => {
  await page.clock.install()
  await goToProvider(page, served)
  await page.getByRole('link', { name: 'Let me in' }).click()
  await expect(account(page)).toBeVisible()
  const token = () => page.evaluate(() => sessionStorage.getItem('tokentally.token'))
  const first = await token()
  const asked = served.provider.answered.length

  await page.clock.fastForward('04:30')
  await expect.poll(token).not.toBe(first)
  await page.reload()

  await expect(account(page)).toBeVisible()
  expect(served.provider.answered.slice(asked)).toEqual([{ grant: 'refresh_token', status: 200 }])
})

test('signing out ends the session here and at the provider', async ({ page, served }) => {
  await goToProvider(page, served)
  await page.getByRole('link', { name: 'Let me in' }).click()
  await account(page).click()
  const ended = page.waitForRequest((request) =>
    request.url().startsWith(`${served.provider.issuer}/end`),
  )
  await page.getByRole('menuitem', { name: 'Sign out' }).click()

  expect(new URL((await ended).url()).searchParams.get('id_token_hint')).toBeTruthy()
  await expect(page).toHaveURL(`${served.url}/sign-in`)
  const kept = await page.evaluate(() => Object.keys({ ...sessionStorage, ...localStorage }))
  expect(
    kept.filter((name) => name.startsWith('tokentally.') && name !== 'tokentally.theme'),
  ).toEqual([])
})
