import { expect, test } from './fixtures'

test('a preset is in the address and shows its days', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('button', { name: 'Period: 30 days' }).click()
  await page.getByRole('button', { name: '90 days' }).click()

  await expect(page).toHaveURL(`${seeded}/?period=90d`)
  await expect(page.getByRole('rowheader', { name: /Claude 4\.5 Haiku/ })).toBeVisible()
})

test('a custom range is chosen in the calendar and is in the address', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?start_date=2026-03-08&end_date=2026-03-09`)
  await page.getByRole('button', { name: 'Period: Custom range' }).click()
  await page.getByRole('button', { name: /March 11, 2026/ }).click()
  await page.getByRole('button', { name: /March 20, 2026/ }).click()

  await expect(page).toHaveURL(`${seeded}/?start_date=2026-03-11&end_date=2026-03-20`)
  await expect(page.getByText('Mar 11 – 20, 2026 · UTC days')).toBeVisible()
  await page.getByRole('button', { name: 'Show 1 year' }).click()
  await expect(page.getByRole('rowheader')).toHaveCount(5)
})

test('search keeps rank and share of the whole list', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('searchbox', { name: 'Search models' }).fill('codex')

  await expect(page.getByRole('rowheader')).toHaveCount(1)
  await expect(page.getByRole('row', { name: /GPT-5\.2 Codex/ })).toContainText('14.5%')
  await expect(page.getByRole('img', { name: '3' })).toBeVisible()
  await expect(page).toHaveURL(`${seeded}/?q=codex`)
})

test('a search without a match can be cleared', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?q=nothing`)
  await expect(page.getByText('Nothing matches these filters')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()

  await expect(page.getByRole('rowheader')).toHaveCount(4)
  await expect(page.getByRole('searchbox', { name: 'Search models' })).toHaveValue('')
})

test('source and team narrow the models', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('combobox', { name: 'Source' }).fill('litellm')
  await page.getByRole('combobox', { name: 'Source' }).press('Enter')
  await expect(page.getByRole('rowheader')).toHaveCount(2)
  await expect(page.getByRole('row', { name: /GPT-4\.1/ })).toContainText('31K')

  await page.getByRole('combobox', { name: 'Team' }).click()
  await page.getByRole('option', { name: 'Platform' }).click()
  await expect(page).toHaveURL(`${seeded}/?source=litellm&team=Platform`)
  await expect(page.getByText('Nothing matches these filters')).toBeVisible()

  await page.getByRole('combobox', { name: 'Source' }).fill('')
  await page.getByRole('combobox', { name: 'Source' }).press('Enter')
  await expect(page.getByRole('rowheader')).toHaveCount(3)
})

test('a source that the list does not know can be typed', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('combobox', { name: 'Source' }).fill('in-house')
  await page.getByRole('combobox', { name: 'Source' }).press('Enter')

  await expect(page).toHaveURL(`${seeded}/?source=in-house`)
  await expect(page.getByText('Nothing matches these filters')).toBeVisible()
  await page.getByRole('combobox', { name: 'Source' }).click()
  await expect(page.getByRole('option', { selected: true })).toHaveText('in-house')
})

test('a copied link shows the same page', async ({ page, seeded, context }) => {
  await page.goto(`${seeded}/?period=90d&team=Platform&source=claude&q=haiku`)
  await expect(page.getByRole('rowheader')).toHaveCount(1)

  const copy = await context.newPage()
  await copy.goto(page.url())

  await expect(copy.getByRole('button', { name: 'Period: 90 days' })).toBeVisible()
  await expect(copy.getByRole('combobox', { name: 'Team' })).toHaveValue('Platform')
  await expect(copy.getByRole('combobox', { name: 'Source' })).toHaveValue('claude')
  await expect(copy.getByRole('searchbox', { name: 'Search models' })).toHaveValue('haiku')
  await expect(copy.getByRole('rowheader', { name: /Claude 4\.5 Haiku/ })).toBeVisible()
})

test('the back button undoes one choice at a time', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('button', { name: 'Period: 30 days' }).click()
  await page.getByRole('button', { name: 'Today' }).click()
  await page.getByRole('tab', { name: 'Teams' }).click()
  await expect(page).toHaveURL(`${seeded}/?period=today&tab=teams`)

  await page.goBack()
  await expect(page.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('button', { name: 'Period: Today' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Period: 30 days' })).toBeVisible()
  await expect(page).toHaveURL(`${seeded}/`)
})
