import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { sendHistory } from './events'
import { missingRequirement } from './requirements'
import { startServer } from './server'

interface Servers {
  /** Address of a server with the history of `events.ts`. */
  seeded: string
  /** Address of a server without any event. */
  empty: string
}

export const test = base.extend<{ requirements: undefined }, Servers>({
  requirements: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, testInfo) => {
      const missing = missingRequirement()
      testInfo.skip(Boolean(missing), missing)
      await use(undefined)
    },
    { auto: true },
  ],
  seeded: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer()
      await sendHistory(server.url)
      await use(server.url)
      await server.stop()
    },
    { scope: 'worker' },
  ],
  empty: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer()
      await use(server.url)
      await server.stop()
    },
    { scope: 'worker' },
  ],
})

export { expect }

/** Keeps a picture of the page under test-results/screenshots. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/screenshots/${name}.png`, animations: 'disabled' })
}

/** Fails on any accessibility violation that axe calls serious or critical, once all is loaded. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

/** Fails when the page is wider than its window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const root = page.locator('html')
  expect(await root.evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0)
}
