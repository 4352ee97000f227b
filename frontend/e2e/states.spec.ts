import { expect, expectAccessible, keepScreenshot, test } from './fixtures'

test("a range the API refuses shows the API's words, and Retry asks again", async ({
  page,
  seeded,
  request,
}) => {
  const range = 'start_date=2026-02-30&end_date=2026-03-01'
  const { detail } = (await (await request.get(`${seeded}/tokens/models?${range}`)).json()) as {
    detail: string
  }

  await page.goto(`${seeded}/?${range}`)
  await expect(page.getByRole('alert')).toContainText(detail)
  await keepScreenshot(page, 'error')
  const askedAgain = page.waitForRequest(/\/tokens\/models\?/)
  await page.getByRole('button', { name: 'Retry' }).click()
  await askedAgain

  await expect(page.getByRole('alert')).toContainText('Date must be in YYYY-MM-DD format')
})

test('a server that is gone is an error, and Retry recovers', async ({ page, seeded }) => {
  await page.route('**/tokens/models*', (route) => route.abort())
  await page.goto(seeded)
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached')

  await page.unroute('**/tokens/models*')
  await page.getByRole('button', { name: 'Retry' }).click()

  await expect(page.getByRole('rowheader')).toHaveCount(4)
  await expect(page.getByRole('alert')).toBeHidden()
})

test('an address without a page says so, and leads on to the leaderboard', async ({
  page,
  seeded,
}) => {
  const answer = await page.goto(`${seeded}/nowhere/at-all?team=Blue`)

  expect(answer?.status()).toBe(404)
  await expect(page).toHaveTitle('Not found · Tokentally')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page')
  await expect(page.getByText('Nothing is shown at /nowhere/at-all.')).toBeVisible()
  await expectAccessible(page)
  await keepScreenshot(page, 'not-found')
  await page.getByRole('link', { name: 'Go to the leaderboard' }).click()
  await expect(page.getByRole('rowheader')).toHaveCount(4)
})

test('while loading the page keeps its place', async ({ page, seeded }) => {
  let answer = () => {}
  const told = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/tokens/models*', async (route) => {
    await told
    await route.continue()
  })
  await page.goto(seeded)
  await expect(page.getByRole('status')).toContainText('Loading')
  const card = page.locator('section')
  const before = await card.boundingBox()
  await keepScreenshot(page, 'loading')

  answer()
  await expect(page.getByRole('rowheader')).toHaveCount(4)

  const after = await card.boundingBox()
  expect([after?.x, after?.y, after?.width]).toEqual([before?.x, before?.y, before?.width])
})
