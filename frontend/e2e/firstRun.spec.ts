import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  expect,
  expectAccessible,
  expectNoSidewaysScrolling,
  keepScreenshot,
  test as base,
} from './fixtures'
import { startServer } from './server'

const test = base.extend<{ fresh: string }>({
  // eslint-disable-next-line no-empty-pattern
  fresh: async ({}, use) => {
    const server = await startServer()
    await use(server.url)
    await server.stop()
  },
})

test('without events the page says how to send the first, for each source', async ({
  page,
  fresh,
}) => {
  await page.goto(fresh)
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()
  await expect(page.getByText(`curl ${fresh}/v1/events`)).toBeVisible()
  await expectAccessible(page)
  await keepScreenshot(page, 'first-run')

  await page.getByRole('tab', { name: 'Claude Code' }).click()
  await expect(
    page.getByText('.venv/bin/tokentally import claude --watch', { exact: true }),
  ).toBeVisible()
  await page.getByRole('tab', { name: 'Codex' }).click()
  await expect(
    page.getByText('.venv/bin/tokentally import codex --watch', { exact: true }),
  ).toBeVisible()
  await page.getByRole('tab', { name: 'Python' }).click()
  await expect(page.getByText(`"${fresh}/v1/events"`)).toBeVisible()

  for (const tab of ['People', 'Teams', 'Models']) {
    await page.getByRole('tab', { name: tab }).click()
    await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible()
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 360, height: 800 })
  await expectNoSidewaysScrolling(page)
  await keepScreenshot(page, 'first-run-360-dark')
})

test('the command that the page shows sends an event, and the page shows it by itself', async ({
  page,
  fresh,
}) => {
  const told = page.waitForResponse('**/v1/stream')
  await page.goto(fresh)
  const command = await page.getByText(`curl ${fresh}/v1/events`).textContent()
  await told
  let loads = 0
  page.on('load', () => (loads += 1))

  const { stdout } = await promisify(execFile)('bash', ['-c', `${command ?? ''} --silent`])

  expect(JSON.parse(stdout)).toMatchObject({ accepted: 1 })
  await expect(page.getByRole('row', { name: /GPT-4\.1/ })).toContainText('1.5K')
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeHidden()
  expect(loads).toBe(0)
})
