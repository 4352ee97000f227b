import { expect, keepScreenshot, test } from './fixtures'

test('a team opens its users and their models, also by keyboard', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('tab', { name: 'Models' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(`${seeded}/?tab=teams`)
  const platform = page.getByRole('button', { name: 'Platform' })
  await platform.focus()
  await page.keyboard.press('Enter')

  await expect(platform).toHaveAttribute('aria-expanded', 'true')
  const breakdown = page.getByRole('table', { name: 'Users of the team and their models' })
  await expect(breakdown.getByRole('rowheader')).toHaveText([
    'ada',
    'GPT-4.1',
    'GPT-5.2 Codex',
    'grace',
    'Claude 4.6 Opus',
  ])
  await expect(breakdown.getByRole('row', { name: /GPT-4\.1/ }).locator('data')).toHaveText([
    '124K',
    '1K',
    '125K',
  ])
  await keepScreenshot(page, 'teams-light')
})

test('teams are ranked with tokens, share, requests and cost', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?tab=teams`)

  await expect(page.getByRole('row', { name: /Platform/ }).locator('td')).toContainText([
    '1',
    '268K',
    '86.1%',
    '3',
    '$1.94',
  ])
  await expect(page.getByRole('row', { name: /Research/ })).toContainText('unpriced')
})
