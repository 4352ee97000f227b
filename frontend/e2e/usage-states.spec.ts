import { expect, expectAccessible, expectNoSidewaysScrolling, keepScreenshot } from './fixtures'
import { startServer } from './server'
import { card, test } from './usage'

test('without usage of one’s own the page offers that of others', async ({ page, seeded }) => {
  await page.goto(`${seeded}/usage`)
  await expect(page.getByText('No usage of yours in this period')).toBeVisible()
  await keepScreenshot(page, 'usage-none')
  await page.getByRole('button', { name: 'ada', exact: true }).click()

  await expect(page).toHaveURL(`${seeded}/usage?user=ada`)
  await expect(card(page, 'Tokens over time')).toBeVisible()
  await page.goto(`${seeded}/usage?start_date=2026-01-01&end_date=2026-01-01&user=ada`)
  await page.getByRole('button', { name: 'Show 1 year' }).click()
  await expect(page).toHaveURL(`${seeded}/usage?user=ada&period=1y`)

  await page.goto(`${seeded}/usage?start_date=2026-01-01&end_date=2026-01-01&user=ada`)
  const active = page.getByRole('grid').locator('.level-4').last()
  const day = await active.getAttribute('data-day')
  await active.click()
  await expect(page).toHaveURL(`${seeded}/usage?start_date=${day}&end_date=${day}&user=ada`)
  await expect(page.getByRole('button', { name: 'Hour' })).toHaveAttribute('aria-pressed', 'true')
})

test('without any events the page says how to send the first', async ({ page }) => {
  const { url, stop } = await startServer()
  try {
    await page.goto(`${url}/usage`)
    await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()
  } finally {
    await stop()
  }
})

test("what the API refuses is shown in the API's words", async ({ page, owned }) => {
  await page.goto(`${owned}/usage?start_date=2026-02-30&end_date=2026-03-01`)
  await expect(page.getByRole('alert')).toHaveCount(1)
  await expect(page.getByRole('alert')).toContainText('Invalid from date')
  const again = page.waitForRequest(/usage-summary/)
  await page.getByRole('button', { name: 'Retry' }).click()
  await again

  await page.getByRole('button', { name: /^Period/ }).click()
  await page.getByRole('button', { name: '90 days' }).click()
  await expect(card(page, 'Summary').getByTitle('82,500')).toBeVisible()
})

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on the usage page in ${scheme}`, async ({ page, owned }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.goto(`${owned}/usage`)
    await expect(page.locator('canvas')).toBeVisible()
    await expect(page.getByRole('grid')).toBeVisible()
    await expectAccessible(page)
    await keepScreenshot(page, `usage-${scheme}`)
  })
}

test('axe finds nothing serious in a list that can be searched', async ({ page, owned }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${owned}/usage?model=nothing`)
  await page.getByRole('combobox', { name: 'Source' }).click()
  await expect(page.getByRole('option')).toHaveCount(4)

  await expectAccessible(page)
})

test('the usage page fits 360 px', async ({ page, owned }) => {
  await page.setViewportSize({ width: 360, height: 800 })
  for (const query of ['', '?by=hour', '?user=linus']) {
    await page.goto(`${owned}/usage${query}`)
    await expect(page.getByRole('grid')).toBeVisible()
    await expectNoSidewaysScrolling(page)
  }
  await page.goto(`${owned}/usage`)
  await expect(page.locator('canvas')).toBeVisible()
  await keepScreenshot(page, 'usage-360')
  const newest = page.getByRole('grid').locator('[tabindex="0"]')
  await newest.scrollIntoViewIfNeeded()
  await expect(newest).toBeInViewport()
})
