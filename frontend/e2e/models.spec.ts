import { expect, keepScreenshot, test } from './fixtures'

interface ModelsAnswer {
  models: { model: string; tokens: number; requests: number; cost_usd: string }[]
}

test('the table shows what the API answers for the last 30 days', async ({ page, seeded }) => {
  const asked = page.waitForResponse(/\/tokens\/models\?/)

  await page.goto(seeded)
  const response = await asked
  const { models } = (await response.json()) as ModelsAnswer
  const table = page.getByRole('table', { name: /Model leaderboard/ })
  await expect(table.getByRole('rowheader')).toHaveCount(models.length)
  const shown = await table.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => ({
      model: row.querySelector('[title]')?.textContent,
      tokens: Number(row.querySelector('td:nth-of-type(2) data')?.getAttribute('value')),
      requests: Number(row.querySelector('td:nth-of-type(4) data')?.getAttribute('value')),
      cost_usd: row.querySelector('td:nth-of-type(5) data')?.getAttribute('value') ?? '0.000000',
    })),
  )

  expect(shown).toEqual(
    models.map(({ model, tokens, requests, cost_usd }) => ({ model, tokens, requests, cost_usd })),
  )
  expect(shown.map(({ model, tokens }) => [model, tokens])).toEqual([
    ['GPT-4.1', 156_000],
    ['Claude 4.6 Opus', 98_000],
    ['GPT-5.2 Codex', 45_000],
    ['Gemini 3 Pro', 12_345],
  ])
  const today = new Date().toISOString().slice(0, 10)
  expect(new URL(response.url()).searchParams.get('end_date')).toBe(today)
  await keepScreenshot(page, 'models-light')
})

test('a count is compact, and exact in its title', async ({ page, seeded }) => {
  await page.goto(seeded)

  const row = page.getByRole('row', { name: /GPT-4\.1/ })
  await expect(row.getByTitle('156,000')).toHaveText('156K')
  await expect(row).toContainText('50.1%')
  await expect(row).toContainText('$0.44')
})

test('tokens without a price are called unpriced, not free', async ({ page, seeded }) => {
  await page.goto(seeded)

  const row = page.getByRole('row', { name: /Gemini 3 Pro/ })
  await expect(row.getByTitle('12,345 tokens have no known price').last()).toHaveText('unpriced')
  await expect(row).not.toContainText('$')
})

test('the page says how fresh it is', async ({ page, seeded }) => {
  await page.goto(seeded)

  await expect(
    page.getByText(/Newest event received\s+(now|\d+ (second|minute)s? ago)/),
  ).toBeVisible()
})

test('new events appear by themselves', async ({ page, empty, request }) => {
  await page.goto(`${empty}/?period=today`)
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()

  const event = {
    event_id: 'first',
    occurred_at: new Date().toISOString(),
    model: 'openai/gpt-4.1',
    input_tokens: 1200,
    output_tokens: 300,
  }
  await request.post(`${empty}/v1/events`, { data: { events: [event] } })

  await expect(page.getByTitle('1,500', { exact: true })).toBeVisible({ timeout: 15_000 })
})
