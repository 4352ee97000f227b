import { readFile } from 'node:fs/promises'
import type { Locator } from '@playwright/test'
import type { components } from '../src/api/schema'
import { test } from './costs'
import { expect } from './fixtures'

type Charts = components['schemas']['UsageCharts']
type Events = components['schemas']['UsageEvents']

const CHARTS = '/api/usage/costs/models/daily'

/** The numbers of a table, row by row, without what only makes them readable. */
async function numbersIn(table: Locator): Promise<number[][]> {
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
    )
  return rows.map((cells) => cells.map((text) => Number(text.replace(/[$,]/g, ''))))
}

for (const { kind, title } of [
  { kind: 'tokens', title: 'Tokens by model' },
  { kind: 'cost', title: 'Cost by model' },
] as const) {
  test(`the chart of ${kind} shows what the API answers`, async ({ page, used }) => {
    const answered = page.waitForResponse((response) => response.url().includes(CHARTS))
    await page.goto(`${used}/costs?period=7d&top=3`)
    const { charts } = (await (await answered).json()) as Charts
    const { models, days } = charts[kind]
    const card = page.getByRole('region', { name: title, exact: true })
    await card.getByRole('button', { name: 'Table' }).click()

    const shown = await numbersIn(card.getByRole('table'))

    const expected = days.map(({ segments, others, total }) => [
      total,
      ...models.map((model) => segments[model] ?? 0),
      others,
    ])
    expect(shown).toEqual(expected.reverse())
    await expect(card.getByRole('columnheader').last()).toHaveText('Others')
  })
}

test('models have their shown names, and their ids where those are the same', async ({
  page,
  used,
}) => {
  await page.goto(`${used}/costs?top=12`)

  const legend = page.getByRole('region', { name: 'Cost by model' }).getByRole('listitem')
  await expect(legend).toHaveText([
    'Claude Opus 4.5',
    'GPT-5.2 Codex',
    'Claude Sonnet 4.5',
    'Gemini 3 Pro',
    'GPT-4.1',
    'GPT-4o (openai/gpt-4o)',
    'GPT-4o (aws/gpt-4o)',
    'Claude Haiku 4.5',
    'Gemini 2.5 Flash',
    'Devstral Medium',
    'Deepseek V3.2',
    'Qwen3 Coder',
  ])
})

test('a model has one colour in both charts and every range', async ({ page, used }) => {
  const colours = async () => {
    const swatches = page.getByRole('button', { name: 'GPT-5.2 Codex' }).locator('span').first()
    await expect(swatches).toBeVisible()
    return page
      .getByRole('button', { name: 'GPT-5.2 Codex' })
      .evaluateAll((all) => all.map((each) => each.querySelector('span')?.style.background))
  }
  await page.goto(`${used}/costs?top=12`)
  const here = await colours()
  await page.goto(`${used}/costs?period=today&top=12`)

  expect(here).toHaveLength(2)
  expect(new Set([...here, ...(await colours())]).size).toBe(1)
})

test('the summary shows what the API sums up', async ({ page, used }) => {
  const answered = page.waitForResponse(/\/api\/usage\/costs\?/)
  await page.goto(`${used}/costs`)
  const { summary } = (await (await answered).json()) as Events

  const card = page.getByRole('region', { name: 'Summary' })
  const values = card.locator('dd data')
  await expect(values).toHaveCount(3)
  expect(
    await values.evaluateAll((all) => all.map((each) => Number(each.getAttribute('value')))),
  ).toEqual([summary.total_cost, summary.total_tokens, summary.cost_per_1k])
  await expect(card.getByRole('listitem')).toHaveText(
    [...summary.top_models.by_cost, ...summary.top_models.by_tokens].map(({ model }) =>
      nameWithin(model),
    ),
  )
  await expect(card.getByText('unpriced')).toHaveAttribute(
    'title',
    'No price is known for Llama 3.3 70b',
  )
})

function nameWithin(model: string): RegExp {
  const words = model.replace(/^.*\//, '').split('-')
  return new RegExp(words[0] ?? '', 'i')
}

test('events are listed as the API lists them, page by page', async ({ page, used, request }) => {
  await page.goto(`${used}/costs?period=7d&page_size=25`)
  const events = page.getByRole('region', { name: 'Events' }).first()
  await expect(events.getByText('1–25 of 91')).toBeVisible()
  await events.getByRole('button', { name: 'Next page' }).click()
  await expect(page).toHaveURL(`${used}/costs?period=7d&page_size=25&page=2`)
  await expect(events.getByText('26–50 of 91')).toBeVisible()

  const shown = await numbersIn(events.getByRole('table'))

  const { items } = (await (
    await request.get(`${used}/api/usage/costs?range=7d&page_size=25&page=2`)
  ).json()) as Events
  expect(shown.map((cells) => cells.slice(2, 8))).toEqual(
    items.map((item) => [
      item.input_tokens,
      item.cached_input_tokens,
      item.output_tokens,
      item.reasoning_output_tokens,
      item.total_tokens,
      item.cost_usd ?? NaN,
    ]),
  )
  await events.getByRole('button', { name: 'Last page' }).click()
  await expect(events.getByRole('rowheader')).toHaveCount(16)
  await page.goBack()
  await expect(events.getByText('26–50 of 91')).toBeVisible()
})

test('other filters lead back to the first page of events', async ({ page, used }) => {
  await page.goto(`${used}/costs?page=3`)
  await expect(page.getByText('101–150 of 390')).toBeVisible()
  await page.getByRole('button', { name: 'Period: 30 days' }).click()
  await page.getByRole('button', { name: '7 days' }).click()

  await expect(page).toHaveURL(`${used}/costs?period=7d`)
  await expect(page.getByText('1–50 of 91')).toBeVisible()
})

test('a page past the last one leads to the first', async ({ page, used }) => {
  await page.goto(`${used}/costs?page=99`)
  await expect(page.getByText('There is no page 99')).toBeVisible()
  await page.getByRole('button', { name: 'First page' }).click()

  await expect(page.getByText('1–50 of 390')).toBeVisible()
})

test('one model is chosen by its name, and a copied link shows the same', async ({
  page,
  used,
  context,
}) => {
  await page.goto(`${used}/costs?period=7d&granularity=month`)
  await page.getByRole('combobox', { name: 'Model' }).fill('haiku')
  await page.getByRole('option', { name: /Claude Haiku 4\.5/ }).click()
  await expect(page.getByText('1–7 of 7')).toBeVisible()

  const copy = await context.newPage()
  await copy.goto(page.url())

  expect(new URL(page.url()).searchParams.get('model')).toBe('anthropic/claude-haiku-4-5')
  await expect(copy.getByText('1–7 of 7')).toBeVisible()
  await expect(copy.getByRole('combobox', { name: 'Model' })).toHaveValue('Claude Haiku 4.5')
  await expect(copy.getByRole('button', { name: 'month' })).toHaveAttribute('aria-pressed', 'true')
  await expect(copy.getByText('unpriced')).toHaveCount(0)
})

test('the slider sets how many models are shown by themselves', async ({ page, used }) => {
  await page.goto(`${used}/costs?top=3`)
  const legend = page.getByRole('region', { name: 'Tokens by model' }).getByRole('listitem')
  await expect(legend).toHaveCount(4)
  await page.getByRole('slider', { name: 'Top models' }).press('ArrowLeft')

  await expect(page).toHaveURL(`${used}/costs?top=2`)
  await expect(legend).toHaveCount(3)
  await page.goBack()
  await expect(legend).toHaveCount(4)
  await expect(page.getByRole('slider', { name: 'Top models' })).toHaveAttribute(
    'aria-valuenow',
    '3',
  )
})

test('weeks and months are bars of their own', async ({ page, used }) => {
  await page.goto(`${used}/costs?start_date=2026-01-01&end_date=2026-01-31&granularity=week`)
  const card = page.getByRole('region', { name: 'Cost by model' })
  await card.getByRole('button', { name: 'Table' }).click()
  await expect(card.getByRole('rowheader')).toHaveText([
    'Jan 26',
    'Jan 19',
    'Jan 12',
    'Jan 5',
    'Jan 1',
  ])
  await page.getByRole('button', { name: 'month' }).click()

  await expect(card.getByRole('rowheader')).toHaveText(['Jan 2026'])
})

test('the CSV file is the answer of the API, and no token is in its address', async ({
  page,
  used,
  request,
}) => {
  await page.addInitScript(() => sessionStorage.setItem('tokentally.token', 'my-token'))
  await page.goto(`${used}/costs?start_date=2026-11-01&end_date=2026-11-03&top=2`)
  const asked = page.waitForRequest(/format=csv/)
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const [download, { url, headers }] = await Promise.all([
    saved,
    asked.then((sent) => ({ url: sent.url(), headers: sent.headers() })),
  ])

  expect(download.suggestedFilename()).toBe('tokentally-costs_2026-11-01_2026-11-03.csv')
  expect(await readFile(await download.path(), 'utf8')).toBe(await (await request.get(url)).text())
  expect(url).not.toContain('my-token')
  expect(headers['authorization']).toBe('Bearer my-token')
})

test('the owner of a local server looks at the costs of another user', async ({ page, seeded }) => {
  await page.goto(`${seeded}/costs`)
  await expect(page.getByText('No usage of yours in this period')).toBeVisible()
  await page.getByRole('combobox', { name: 'User' }).fill('linus')
  await page.getByRole('option', { name: 'linus' }).click()

  await expect(page).toHaveURL(`${seeded}/costs?user=linus`)
  await expect(page.getByText('1–2 of 2')).toBeVisible()
  await expect(page.getByText(/without tokens of Gemini 3 Pro/)).toBeVisible()
})
