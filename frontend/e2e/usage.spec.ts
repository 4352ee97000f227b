import { expect } from './fixtures'
import { card, choose, rowsOf, summaryOf, test, told } from './usage'

interface Totals {
  total_tokens: string
  input_tokens: string
  cached_input_tokens: string
  output_tokens: string
  reasoning_output_tokens: string
  total_cost_usd: string
  requests: string
}

function tilesOf(totals: Totals) {
  return {
    'Total tokens': totals.total_tokens,
    'API-equivalent cost': totals.total_cost_usd,
    Requests: totals.requests,
    'Input tokens': totals.input_tokens,
    'Cached input': totals.cached_input_tokens,
    'Output tokens': totals.output_tokens,
    Reasoning: totals.reasoning_output_tokens,
  }
}

const grouped = (count: string) => BigInt(count).toLocaleString('en-US')

test('the summary, the days and the costs are what the API answers', async ({
  page,
  owned,
  request,
}) => {
  const summary = await told<{ totals: Totals }>(request, owned, 'summary')
  const daily = await told<{ data: Totals[] }>(request, owned, 'daily')

  await page.goto(`${owned}/usage`)
  await expect(page.getByRole('table', { name: /Tokens and API-equivalent cost/ })).toBeVisible()
  expect(await summaryOf(page)).toEqual(tilesOf(summary.totals))
  expect(summary.totals.total_tokens).toBe('72500')
  await expect(card(page, 'Summary').getByText('unpriced')).toBeVisible()

  await page.getByRole('button', { name: 'Table' }).first().click()
  const days = await rowsOf(page.getByRole('table', { name: 'Tokens over time' }))
  expect(days.map(([, total, input, cached]) => [total, input, cached])).toEqual(
    daily.data
      .map((day) => [day.total_tokens, day.input_tokens, day.cached_input_tokens].map(grouped))
      .reverse(),
  )

  const costs = await rowsOf(page.getByRole('table', { name: /Tokens and API-equivalent cost/ }))
  expect(costs.map((cells) => [cells[0], cells[1], cells.at(-1)])).toEqual([
    ['api', '3.5K', 'unpriced $0.01'],
    ['<img src=x>', '2.5K', 'unpriced'],
    ['GPT-5.2 Codex', '1K', '$0.01'],
    ['claude', '54K', '$0.35'],
    ['Claude 4.6 Opus', '54K', '$0.35'],
    ['codex', '15K', '$0.04'],
    ['GPT-5.2 Codex', '15K', '$0.04'],
  ])
  await expect(card(page, 'Models').getByRole('listitem').first()).toContainText('74.5%')
  await expect(card(page, 'Sources').getByRole('listitem')).toHaveCount(3)
})

test('days are those of the zone that is chosen', async ({ page, owned, request }) => {
  const tz = 'Asia/Tokyo'
  const daily = await told<{ data: { day: string; total_tokens: string }[] }>(
    request,
    owned,
    'daily',
    { tz },
  )

  await page.goto(`${owned}/usage`)
  await expect(page.getByText('days in America/Los Angeles')).toBeVisible()
  await choose(page, 'Time zone', 'tokyo', 'Asia/Tokyo')
  await expect(page).toHaveURL(`${owned}/usage?tz=Asia/Tokyo`)
  await page.getByRole('button', { name: 'Table' }).first().click()

  const active = daily.data.filter(({ total_tokens }) => total_tokens !== '0')
  const shown = await rowsOf(page.getByRole('table', { name: 'Tokens over time' }))
  expect(shown.filter(([, total]) => total !== '0').map(([, total]) => total)).toEqual(
    active.map(({ total_tokens }) => grouped(total_tokens)).reverse(),
  )
  expect(shown).toHaveLength(30)
  await page.getByRole('combobox', { name: 'Time zone' }).fill('angeles')
  await page.getByRole('option', { name: 'America/Los Angeles yours' }).click()
  await expect(page).toHaveURL(`${owned}/usage`)
})

test('the zone set in the profile is the usual one', async ({ page, owned, request }) => {
  await request.patch(`${owned}/v1/me`, { data: { time_zone: 'Asia/Kathmandu' } })
  try {
    await page.goto(`${owned}/usage`)

    await expect(page.getByText('days in Asia/Kathmandu')).toBeVisible()
  } finally {
    await request.patch(`${owned}/v1/me`, { data: { time_zone: '' } })
  }
})

test('source and model narrow the page, and the back button widens it', async ({
  page,
  owned,
  request,
  context,
}) => {
  const params = { source: 'api', model: 'gpt-5.2-codex' }
  const narrowed = await told<{ totals: Totals }>(request, owned, 'summary', params)

  await page.goto(`${owned}/usage`)
  await choose(page, 'Source', 'api', 'api')
  await expect(card(page, 'Sources').getByRole('listitem')).toHaveCount(1)
  await choose(page, 'Model', 'codex', 'GPT-5.2 Codex gpt-5.2-codex')
  await expect(page).toHaveURL(`${owned}/usage?source=api&model=gpt-5.2-codex`)
  await expect.poll(() => summaryOf(page)).toEqual(tilesOf(narrowed.totals))

  const copy = await context.newPage()
  await copy.goto(page.url())
  await expect(copy.getByRole('combobox', { name: 'Model' })).toHaveValue('GPT-5.2 Codex')
  await expect.poll(() => summaryOf(copy)).toEqual(tilesOf(narrowed.totals))

  await page.goBack()
  await page.goBack()
  await expect(page.getByRole('combobox', { name: 'Source' })).toHaveValue('All sources')
  await expect(card(page, 'Sources').getByRole('listitem')).toHaveCount(3)
  await page.goto(`${owned}/usage?model=nothing`)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(`${owned}/usage`)
})

test('the heatmap is read and used by keyboard, and is a table too', async ({
  page,
  owned,
  request,
}) => {
  const heatmap = await told<{
    active_days: number
    weeks: ({ day: string; value: string } | null)[][]
  }>(request, owned, 'heatmap')
  const cells = heatmap.weeks.flat().filter((cell) => cell !== null)

  await page.goto(`${owned}/usage`)
  const grid = page.getByRole('grid')
  await expect(grid.getByRole('button')).toHaveCount(cells.length)
  await expect(card(page, 'Activity in 52 weeks')).toContainText(
    `${heatmap.active_days} active days`,
  )
  const labels = await grid
    .locator('[data-day]')
    .evaluateAll((all) =>
      all.map((cell) => [cell.getAttribute('data-day'), cell.getAttribute('aria-label')]),
    )
  for (const { day, value } of cells.filter(({ value }) => value !== '0')) {
    expect(Object.fromEntries(labels)[day]).toContain(`: ${grouped(value)} tokens`)
  }

  await grid.locator('[tabindex="0"]').focus()
  await page.keyboard.press('ArrowLeft')
  const weekAgo = cells.at(-8)?.day
  await expect(grid.locator(`[data-day="${weekAgo}"]`)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${owned}/usage?by=hour&day=${weekAgo}`)
  await page.keyboard.press('Tab')
  await expect(grid.locator(':focus')).toHaveCount(0)

  await page.getByRole('button', { name: 'Table' }).last().click()
  const table = page.getByRole('table', { name: 'Activity in 52 weeks' })
  expect((await rowsOf(table)).map(([, tokens]) => tokens)).toEqual(
    cells.map(({ value }) => grouped(value)).reverse(),
  )
})

test('where nobody signs in any user can be looked at', async ({ page, owned, request }) => {
  const ada = await told<{ totals: Totals }>(request, owned, 'summary', { user: 'ada' })

  await page.goto(`${owned}/usage`)
  await choose(page, 'User', 'ada', 'ada')
  await expect(page).toHaveURL(`${owned}/usage?user=ada`)
  await expect.poll(() => summaryOf(page)).toEqual(tilesOf(ada.totals))
})
