import { MODELS, test } from './costs'
import { expect, expectAccessible, expectNoSidewaysScrolling, keepScreenshot } from './fixtures'

const CHARTS = '**/api/usage/costs/models/daily*'

test('without events the page says how to send the first', async ({ page, empty }) => {
  await page.goto(`${empty}/costs`)

  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()
})

test("a range the API refuses shows the API's words, and Retry asks again", async ({
  page,
  used,
  request,
}) => {
  const { error } = (await (
    await request.get(`${used}/api/usage/costs?range=custom&start=2026-02-30&end=2026-03-01`)
  ).json()) as { error: string }
  await page.goto(`${used}/costs?start_date=2026-02-30&end_date=2026-03-01`)
  await expect(page.getByRole('alert')).toContainText(error)
  await keepScreenshot(page, 'costs-error')
  const askedAgain = page.waitForRequest(/\/api\/usage\/costs\?/)
  await page.getByRole('button', { name: 'Retry' }).click()
  await askedAgain

  await expect(page.getByRole('alert')).toHaveCount(1)
})

test('a server that is gone is an error, and Retry recovers', async ({ page, used }) => {
  await page.route('**/api/usage/costs**', (route) => route.abort())
  await page.goto(`${used}/costs`)
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached')

  await page.unroute('**/api/usage/costs**')
  await page.getByRole('button', { name: 'Retry' }).click()

  await expect(page.getByRole('region', { name: 'Tokens by model' })).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
})

test('a period without usage offers a longer one', async ({ page, used }) => {
  await page.goto(`${used}/costs?start_date=2020-01-01&end_date=2020-01-02`)
  await page.getByRole('button', { name: 'Show 1 year' }).click()

  await expect(page).toHaveURL(`${used}/costs?period=1y`)
  await expect(page.getByRole('region', { name: 'Tokens by model' })).toBeVisible()
})

test('without usage of one’s own the page offers that of others', async ({ page, seeded }) => {
  await page.goto(`${seeded}/costs?period=1y`)
  await expect(page.getByText('No usage of yours in this period')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show 1 year' })).toBeHidden()
  await expect(page.getByRole('link', { name: 'Connect a source' })).toHaveAttribute(
    'href',
    '/settings#connect',
  )
  await page.getByRole('button', { name: 'ada', exact: true }).click()

  await expect(page).toHaveURL(`${seeded}/costs?period=1y&user=ada`)
  await expect(page.getByRole('region', { name: 'Tokens by model' })).toBeVisible()
})

test('the menu leads to other pages for the same person and days', async ({ page, seeded }) => {
  await page.goto(`${seeded}/usage?user=ada&period=7d&by=month`)
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible()
  await page.getByRole('link', { name: 'Costs' }).click()
  await expect(page).toHaveURL(`${seeded}/costs?user=ada&period=7d`)

  await page.getByRole('link', { name: 'Leaderboard' }).click()
  await expect(page).toHaveURL(`${seeded}/?period=7d`)
  await page.getByRole('link', { name: 'Health' }).click()
  await expect(page).toHaveURL(`${seeded}/health`)
})

test('while loading the page keeps its place', async ({ page, used }) => {
  let answer = () => {}
  const told = new Promise<void>((resolve) => (answer = resolve))
  await page.route(CHARTS, async (route) => {
    await told
    await route.continue()
  })
  await page.goto(`${used}/costs?top=4`)
  const events = page.getByRole('region', { name: 'Events' }).first()
  await expect(events.getByRole('rowheader')).toHaveCount(50)
  const before = await events.boundingBox()
  await keepScreenshot(page, 'costs-loading')

  answer()
  await expect(page.getByRole('button', { name: 'Others' })).toHaveCount(2)

  const after = await events.boundingBox()
  expect([after?.x, after?.y, after?.width]).toEqual([before?.x, before?.y, before?.width])
})

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in ${scheme}`, async ({ page, used }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.goto(`${used}/costs?period=7d&page_size=5`)
    await expect(page.getByRole('button', { name: 'Others' })).toHaveCount(2)
    await expect(page.locator('canvas')).toHaveCount(2)
    await expectAccessible(page)
    await keepScreenshot(page, `costs-${scheme}`)

    await page
      .getByRole('region', { name: 'Cost by model' })
      .getByRole('button', { name: 'Table' })
      .click()
    await page.getByRole('combobox', { name: 'Model' }).click()
    const options = page.getByRole('listbox').getByRole('option')
    await expect(options).toHaveCount(MODELS.length + 1)
    await expectAccessible(page)
  })
}

test('nothing is cut off or scrolls sideways at 360 px', async ({ page, used }) => {
  await page.setViewportSize({ width: 360, height: 800 })
  await page.goto(`${used}/costs?page_size=25`)
  await expect(page.locator('canvas')).toHaveCount(2)
  await expectNoSidewaysScrolling(page)
  await keepScreenshot(page, 'costs-360')

  await page
    .getByRole('region', { name: 'Tokens by model' })
    .getByRole('button', { name: 'Table' })
    .click()
  await expectNoSidewaysScrolling(page)
})

test('a year of twelve models is redrawn in less than 200 ms of work', async ({ page, used }) => {
  await page.goto(`${used}/costs?period=1y&top=12&page_size=25`)
  await expect(page.locator('canvas')).toHaveCount(2)
  const legend = page.getByRole('region', { name: 'Tokens by model' }).getByRole('button')
  await expect(legend.filter({ hasText: 'Others' })).toBeVisible()
  const devtools = await page.context().newCDPSession(page)
  // Time that the page itself works for: that of a busy machine's other work does not count.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN)
  }
  const before = await worked()

  await legend.filter({ hasText: 'GPT-4.1' }).evaluate(async (button: HTMLElement) => {
    button.click()
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  })

  expect((await worked()) - before).toBeLessThan(200)
})
