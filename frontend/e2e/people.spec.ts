import {
  expect,
  expectAccessible,
  expectNoSidewaysScrolling,
  keepScreenshot,
  test,
} from './fixtures'

interface PeopleAnswer {
  users: {
    name: string
    team: string
    tokens: number
    previous_tokens: number
    requests: number
    cost_usd: string
  }[]
}

/** The UTC day so many days ago. */
function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
}

const FIVE_DAYS = `start_date=${day(4)}&end_date=${day(0)}`

test('the table of people shows what the API answers', async ({ page, seeded }) => {
  const asked = page.waitForResponse(/\/tokens\/users\?/)

  await page.goto(`${seeded}/?tab=people`)
  const { users } = (await (await asked).json()) as PeopleAnswer
  const table = page.getByRole('table', { name: /Person leaderboard/ })
  await expect(table.getByRole('rowheader')).toHaveCount(users.length)
  const shown = await table.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector('th [title]')?.textContent,
      team: row.querySelector('th > div > span[title]')?.textContent?.trim(),
      tokens: Number(row.querySelector('td:nth-of-type(2) data')?.getAttribute('value')),
      requests: Number(row.querySelector('td:nth-of-type(4) data')?.getAttribute('value')),
      cost_usd: row.querySelector('td:nth-of-type(5) data')?.getAttribute('value'),
    })),
  )

  expect(shown).toEqual(
    users.map(({ name, team, tokens, requests, cost_usd }) => ({
      name,
      team,
      tokens,
      requests,
      cost_usd,
    })),
  )
  expect(shown.map(({ name, team, tokens }) => [name, team, tokens])).toEqual([
    ['ada', 'Platform', 170_000],
    ['grace', 'Platform', 98_000],
    ['linus', 'Research', 43_345],
  ])
})

test('team and source narrow the people, a link keeps them', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?tab=people&source=litellm&team=Research`)
  await expect(page.getByRole('rowheader')).toHaveCount(1)
  await expect(page.getByRole('row', { name: /linus/ })).toContainText('43.3K')

  await page.getByRole('combobox', { name: 'Source' }).fill('')
  await page.getByRole('combobox', { name: 'Source' }).press('Enter')
  await page.getByRole('combobox', { name: 'Team' }).click()
  await page.getByRole('option', { name: 'Platform' }).click()

  await expect(page).toHaveURL(`${seeded}/?tab=people&team=Platform`)
  await expect(page.getByRole('rowheader')).toHaveCount(2)
})

test('people are found by name and by team, with the ranks of all', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?tab=people&q=research`)

  await expect(page.getByRole('rowheader')).toHaveCount(1)
  await expect(page.getByRole('row', { name: /linus/ })).toContainText('13.9%')
  await expect(page.getByRole('img', { name: '3' })).toBeVisible()
})

test('a person opens their models', async ({ page, seeded }) => {
  await page.goto(`${seeded}/?tab=people`)
  await page.getByRole('button', { name: 'ada' }).click()

  const models = page.getByRole('table', { name: 'Models of the person' })
  await expect(models.getByRole('rowheader')).toHaveText(['GPT-4.1', 'GPT-5.2 Codex'])
  await expect(models.getByRole('row', { name: /GPT-4\.1/ }).locator('data')).toHaveText([
    '124K',
    '1K',
    '125K',
  ])
  await expectAccessible(page)
  await keepScreenshot(page, 'people-light')
})

test('a model opens the teams that use it, with their costs', async ({ page, seeded }) => {
  await page.goto(seeded)
  await page.getByRole('button', { name: 'GPT-4.1' }).click()

  const teams = page.getByRole('table', { name: 'Teams that use the model' })
  await expect(teams.getByRole('rowheader')).toHaveText(['Platform', 'Research'])
  await expect(teams.getByRole('row', { name: /Platform/ })).toContainText('$0.35')
  await expect(teams.getByRole('row', { name: /Platform/ })).toContainText('125K')
  await expectAccessible(page)
  await keepScreenshot(page, 'model-teams-light')
})

const CHANGES = [
  ['models', 'GPT-4.1', 'up 303% from 31,000 in the period before'],
  ['models', 'Claude 4.6 Opus', 'new from 0 in the period before'],
  ['people', 'linus', 'down 60% from 31,000 in the period before'],
  ['people', 'grace', 'new from 0 in the period before'],
  ['teams', 'Research', 'down 60% from 31,000 in the period before'],
] as const

for (const [tab, name, change] of CHANGES) {
  test(`of the ${tab}, ${name} is ${change}`, async ({ page, seeded }) => {
    await page.goto(`${seeded}/?tab=${tab}&${FIVE_DAYS}`)

    const row = page.getByRole('row', { name: new RegExp(name) })
    await expect(row.getByTitle(/tokens in the period before/)).toHaveText(change, {
      useInnerText: false,
    })
  })
}

test('people can be read at 360 px and in the dark', async ({ page, seeded }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await page.setViewportSize({ width: 360, height: 800 })
  await page.goto(`${seeded}/?tab=people&${FIVE_DAYS}`)
  await page.getByRole('button', { name: 'ada' }).click()
  await expect(page.getByRole('table', { name: 'Models of the person' })).toBeVisible()

  const person = page.getByRole('row', { name: /linus/ })
  const name = await person.getByRole('button', { name: 'linus' }).boundingBox()
  const team = await person.getByText('Research').filter({ visible: true }).boundingBox()
  expect(team?.x).toBe(name?.x)
  expect(team?.y).toBeGreaterThanOrEqual((name?.y ?? NaN) + (name?.height ?? NaN))
  await expectNoSidewaysScrolling(page)
  await expectAccessible(page)
  await keepScreenshot(page, 'people-360-dark')
})
