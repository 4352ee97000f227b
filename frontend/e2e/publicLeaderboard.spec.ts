import { COMMANDS_MILLISECONDS, keyOf } from './accounts'
import { expect, expectAccessible, keepScreenshot, test as base } from './fixtures'
import { ask, sendEvents } from './sending'
import { startServer, type RunningServer } from './server'

declare global {
  interface Window {
    /** Where links to the sign-in page have led since the page began. */
    signInLinks: Set<string>
  }
}

interface Open extends RunningServer {
  bobKey: string
}

const test = base.extend<object, { open: Open }>({
  open: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer({
        TOKENTALLY_AUTH: 'token',
        TOKENTALLY_PUBLIC_LEADERBOARD: 'true',
      })
      await server.run('users', 'add', 'ada', '--admin')
      const adaKey = await keyOf(server, 'ada', 'ingest:any')
      for (const [at, user] of ['alice', 'bob', 'cy'].entries())
        await send(server, adaKey, user, 1000 - at)
      await showPublicly(server, await keyOf(server, 'alice', 'read'), 'Alice L.')
      await use({ ...server, bobKey: await keyOf(server, 'bob', 'read') })
      await server.stop()
    },
    { scope: 'worker', timeout: COMMANDS_MILLISECONDS },
  ],
})

async function send({ url }: RunningServer, key: string, user: string, tokens: number) {
  const event = {
    event_id: 'one',
    occurred_at: new Date().toISOString(),
    user,
    model: `acme/${user}s-model`,
    input_tokens: tokens,
    output_tokens: 0,
  }
  await sendEvents(url, [event], key)
}

async function showPublicly({ url }: RunningServer, key: string, name: string) {
  await ask(`${url}/v1/me`, 'PATCH', { display_name: name, leaderboard_public: true }, key)
}

test('passers-by see the leaderboard, and people as they chose to be seen', async ({
  page,
  open,
}) => {
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 401) refused.push(new URL(response.url()).pathname)
  })

  await page.goto(open.url)
  await expect(page.getByRole('rowheader')).toHaveCount(3)
  await page.getByRole('tab', { name: 'People' }).click()
  await expect(page.getByRole('rowheader')).toHaveText([/Alice L\./, /Anonymous/, /Anonymous/])

  await expect(page).toHaveURL(`${open.url}/?tab=people`)
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  expect(refused).toEqual([])
  await expectAccessible(page)
  await keepScreenshot(page, 'public-people')
})

test('of two people without a name each opens their own models', async ({ page, open }) => {
  await page.goto(`${open.url}/?tab=people`)
  await page.getByRole('button', { name: 'Anonymous' }).last().click()

  const models = page.getByRole('table', { name: 'Models of the person' })
  await expect(models.getByRole('rowheader')).toHaveText(['Cys Model'])
  await page.getByRole('button', { name: 'Anonymous' }).first().click()

  await expect(models.getByRole('rowheader')).toHaveText(['Bobs Model', 'Cys Model'])
})

test('who signs in finds their own line', async ({ page, open }) => {
  await page.goto(`${open.url}/?tab=people`)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('API key or token').fill(open.bobKey)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  await expect(page).toHaveURL(`${open.url}/?tab=people`)
  await expect(page.getByRole('rowheader').filter({ hasText: 'you' })).toHaveCount(1)
  await expect(page.getByRole('rowheader').nth(1)).toContainText('you')
})

test('a page that is slow to load is the one that signing in comes back to', async ({
  page,
  open,
}) => {
  const offered = page.waitForResponse('**/v1/sign-in', { timeout: 1000 }).catch(() => undefined)
  await page.route('**/LeaderboardPage-*.js', async (route) => {
    await offered
    await route.continue()
  })
  await page.addInitScript(() => {
    const links = (window.signInLinks = new Set<string>())
    new MutationObserver(() => {
      for (const link of document.querySelectorAll('a[href^="/sign-in"]'))
        links.add(link.getAttribute('href') ?? '')
    }).observe(document, { subtree: true, childList: true, attributes: true })
  })

  await page.goto(`${open.url}/?tab=people`)
  await expect(page.getByRole('rowheader')).toHaveCount(3)

  expect(await page.evaluate(() => [...window.signInLinks])).toEqual(['/sign-in?next=/?tab=people'])
})

test('what is not public asks to sign in', async ({ page, open }) => {
  await page.goto(`${open.url}/health`)

  await expect(page).toHaveURL(`${open.url}/sign-in?next=/health`)
})
