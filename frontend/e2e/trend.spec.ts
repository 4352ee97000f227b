import { expect } from './fixtures'
import { rowsOf, test, told } from './usage'

const grouped = (count: string) => BigInt(count).toLocaleString('en-US')

test('the trend goes by half hours, days and months', async ({ page, owned, request }) => {
  const monthly = await told<{ data: { total_tokens: string }[] }>(request, owned, 'monthly', {
    months: '12',
  })
  const hourly = await told<{ data: { hour: string; missing?: true }[] }>(request, owned, 'hourly')
  const now = new Date().toLocaleString('sv', { timeZone: 'America/Los_Angeles' })
  const begun = hourly.data.filter(({ hour }) => hour <= now.replace(' ', 'T'))
  const missing = begun.filter((slot) => slot.missing)

  await page.goto(`${owned}/usage`)
  await page.getByRole('button', { name: 'Month' }).click()
  await expect(page).toHaveURL(`${owned}/usage?by=month`)
  await page.getByRole('button', { name: 'Table' }).first().click()
  const table = page.getByRole('table', { name: 'Tokens over time' })
  await expect(table.locator('tbody tr')).toHaveCount(12)
  expect((await rowsOf(table)).map(([, total]) => total)).toEqual(
    monthly.data.map(({ total_tokens }) => grouped(total_tokens)).reverse(),
  )

  await page.getByRole('button', { name: 'Hour' }).click()
  await expect(table.locator('tbody tr')).toHaveCount(begun.length)
  await expect(table.getByRole('cell', { name: 'Not synced yet' })).toHaveCount(missing.length)
  await expect(page.getByRole('button', { name: 'Next day' })).toBeDisabled()
  await page.getByRole('button', { name: 'Previous day' }).click()
  await expect(page).toHaveURL(/by=hour&day=\d{4}-\d{2}-\d{2}$/)
  await expect(table.locator('tbody tr')).toHaveCount(48)
  await expect(table.getByRole('cell', { name: 'Not synced yet' })).toHaveCount(0)
  await page.goBack()
  await expect(page).toHaveURL(`${owned}/usage?by=hour`)
})
