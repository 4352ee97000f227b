import type { APIRequestContext } from '@playwright/test'
import { expect, test as base } from './fixtures'
import { startServer } from './server'

const test = base.extend<object, { changing: string }>({
  changing: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer()
      await use(server.url)
      await server.stop()
    },
    { scope: 'worker' },
  ],
})

async function send(request: APIRequestContext, url: string, model: string, daysAgo = 0) {
  const event = {
    event_id: `live-${model}`,
    occurred_at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
    model,
    input_tokens: 1200,
    output_tokens: 300,
  }
  await request.post(`${url}/v1/events`, { data: { events: [event] } })
}

test('a new event is shown within 3 s, without loading the page again', async ({
  page,
  changing,
  request,
}) => {
  await send(request, changing, 'acme/first')
  const told = page.waitForResponse('**/v1/stream')
  await page.goto(changing)
  await expect(page.getByRole('rowheader', { name: /First/ })).toBeVisible()
  await told
  let loads = 0
  page.on('load', () => (loads += 1))

  await send(request, changing, 'acme/second')

  await expect(page.getByRole('rowheader', { name: /Second/ })).toBeVisible({ timeout: 3_000 })
  expect(loads).toBe(0)
})

test('where no stream gets through, the page polls', async ({ page, changing, request }) => {
  await page.clock.install()
  await page.route('**/v1/stream', (route) => route.abort())
  await send(request, changing, 'acme/third')
  await page.goto(changing)
  await expect(page.getByRole('rowheader', { name: /Third/ })).toBeVisible()

  await send(request, changing, 'acme/fourth')
  await page.clock.fastForward(11_000)

  await expect(page.getByRole('rowheader', { name: /Fourth/ })).toBeVisible()
})

test('a late answer to an older question is not shown', async ({ page, changing, request }) => {
  await send(request, changing, 'acme/of-today')
  await send(request, changing, 'acme/of-last-week', 10)
  let letGo = () => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const late = new Promise<unknown>((resolve) => {
    void page.route('**/tokens/models?*', async (route) => {
      if (route.request().url().includes(`start_date=${today()}`)) return route.continue()
      const response = await route.fetch()
      await held
      resolve(await route.fulfill({ response }).catch(() => undefined))
    })
  })
  await page.goto(changing)
  await page.getByRole('button', { name: 'Period: 30 days' }).click()
  await page.getByRole('button', { name: 'Today' }).click()
  await expect(page.getByRole('rowheader', { name: /Of Today/ })).toBeVisible()

  letGo()
  await late

  await expect(page.getByRole('rowheader', { name: /Of Last Week/ })).toBeHidden()
  await expect(page.getByRole('rowheader', { name: /Of Today/ })).toBeVisible()
})

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
