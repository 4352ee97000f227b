import type { APIRequestContext, Locator, Page } from '@playwright/test'
import { sendHistory } from './events'
import { test as base } from './fixtures'
import { sendOwnHistory } from './ownEvents'
import { startServer } from './server'

/** Tests with a server on which the user `local` and others have usage. */
export const test = base.extend<object, { owned: string }>({
  owned: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer()
      await sendHistory(server.url)
      await sendOwnHistory(server.url)
      await use(server.url)
      await server.stop()
    },
    { scope: 'worker' },
  ],
})

/** What the API answers to a question about own usage, by default about the zone of these tests. */
export async function told<Answer>(
  request: APIRequestContext,
  url: string,
  question: string,
  { user, ...params }: Record<string, string> = {},
): Promise<Answer> {
  const answer = await request.get(`${url}/functions/vibeusage-usage-${question}`, {
    params: { tz: 'America/Los_Angeles', ...params },
    headers: user ? { 'X-Tokentally-User': user } : {},
  })
  return (await answer.json()) as Answer
}

/** Chooses from a list that can be searched. */
export async function choose(page: Page, label: string, search: string, name: string) {
  await page.getByRole('combobox', { name: label, exact: true }).fill(search)
  await page.getByRole('option', { name }).click()
}

/** The exact values of the summary, by their names. */
export async function summaryOf(page: Page): Promise<Record<string, string>> {
  const tiles = page.getByRole('region', { name: 'Summary' }).locator('dl > div')
  return Object.fromEntries(
    await tiles.evaluateAll((all) =>
      all.map((tile) => [
        tile.querySelector('dt')?.textContent.trim(),
        tile.querySelector('data')?.getAttribute('value'),
      ]),
    ),
  ) as Record<string, string>
}

/** The texts of a table's body, row by row. */
export function rowsOf(table: Locator): Promise<string[][]> {
  return table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent.trim())),
    )
}

export function card(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true }).first()
}
