import {
  expect,
  expectAccessible,
  expectNoSidewaysScrolling,
  keepScreenshot,
  test,
} from './fixtures'
import { startServer } from './server'

interface HealthAnswer {
  events: number
  database: { engine: string }
  unpriced: { models: { model: string; unpriced_tokens: number; requests: number }[] }
  deliveries: { counts: { source: string; kind: string; reason: string; events: number }[] }
}

const REJECTED = {
  event_id: 'wrong',
  occurred_at: 'yesterday',
  source: 'odd',
  model: 'gpt-4.1',
  input_tokens: 1,
  output_tokens: 1,
}

test('the page shows what the API answers', async ({ page, seeded, request }) => {
  await request.post(`${seeded}/v1/events`, { data: { events: [REJECTED] } })
  const asked = page.waitForResponse('**/v1/health')

  await page.goto(`${seeded}/health`)
  const health = (await (await asked).json()) as HealthAnswer

  const unpriced = page.getByRole('table', { name: 'Models without a price' })
  await expect(unpriced.getByRole('rowheader')).toHaveText(
    health.unpriced.models.map(({ model }) => model),
  )
  await expect(unpriced.getByRole('row', { name: /gemini-3-pro/ }).getByRole('cell')).toContainText(
    ['12,345', '1'],
  )
  const received = page.getByRole('table', { name: /Events received/ })
  const rows = await received
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)))
  expect(rows.map(([source, , reason, events]) => [source, reason, Number(events)])).toEqual(
    health.deliveries.counts.map(({ source, reason, events }) => [source, reason, events]),
  )
  await expect(received.getByRole('row', { name: /odd/ })).toContainText(/Rejected.*RFC 3339/)
  await expect(page.getByText(health.database.engine)).toBeVisible()
  await expect(page.getByText('Events stored').locator('..')).toContainText(`${health.events}`)
})

test('a model without a price leads to where one is set', async ({ page, seeded }) => {
  await page.goto(`${seeded}/health`)
  await expect(page.getByRole('heading', { name: /needs? attention/ })).toBeVisible()
  await page.getByRole('link', { name: 'Set price of google/gemini-3-pro' }).click()

  await expect(page).toHaveURL(`${seeded}/settings?model=google/gemini-3-pro#prices`)
})

test('what doctor finds is said with what mends it', async ({ page, seeded }) => {
  const finding = { line: 'last verify: never', fix: '`tokentally verify` does it' }
  await page.route('**/v1/health', async (route) => {
    const response = await route.fetch()
    const health = (await response.json()) as object
    await route.fulfill({ response, json: { ...health, findings: [finding] } })
  })
  await page.goto(`${seeded}/health`)

  const findings = page.getByRole('region', { name: 'Findings' })
  await expect(findings.getByRole('heading')).toHaveText('2 things need attention')
  await expect(findings).toContainText('last verify: never')
  await expect(findings.getByText('tokentally verify', { exact: true })).toBeVisible()
})

test('a server that is well says so calmly', async ({ page }) => {
  const { url, stop } = await startServer()
  try {
    await page.goto(`${url}/health`)

    await expect(page.getByRole('heading', { name: 'All is well' })).toBeVisible()
    await expect(page.getByText('Every token has a price.')).toBeVisible()
    await expect(page.getByText('Nothing was received.')).toBeVisible()
    await keepScreenshot(page, 'health-well')
  } finally {
    await stop()
  }
})

test('a server that is gone is an error, and Retry recovers', async ({ page, seeded }) => {
  await page.route('**/v1/health', (route) => route.abort())
  await page.goto(`${seeded}/health`)
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached')

  await page.unroute('**/v1/health')
  await page.getByRole('button', { name: 'Retry' }).click()

  await expect(page.getByRole('table', { name: 'Models without a price' })).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
})

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in ${scheme}, nor is anything cut off at 360 px`, async ({
    page,
    seeded,
  }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.goto(`${seeded}/health`)
    await expect(page.getByRole('table', { name: /Events received/ })).toBeVisible()
    await expectAccessible(page)
    await keepScreenshot(page, `health-${scheme}`)

    await page.setViewportSize({ width: 360, height: 800 })
    await expectNoSidewaysScrolling(page)
    await keepScreenshot(page, `health-360-${scheme}`)
  })
}
