import {
  expect,
  expectAccessible,
  expectNoSidewaysScrolling,
  keepScreenshot,
  test,
} from './fixtures'

const SCHEMES = ['light', 'dark'] as const
const CANVAS = { light: 'rgb(246, 247, 249)', dark: 'rgb(12, 14, 19)' }

for (const scheme of SCHEMES) {
  test(`follows a system set to ${scheme}`, async ({ page, seeded }) => {
    await page.emulateMedia({ colorScheme: scheme })
    await page.goto(seeded)

    await expect(page.locator('body')).toHaveCSS('background-color', CANVAS[scheme])
  })

  test(`axe finds nothing serious in ${scheme}`, async ({ page, seeded }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.goto(seeded)
    await expect(page.getByRole('rowheader')).toHaveCount(4)
    await expectAccessible(page)
    await keepScreenshot(page, `models-${scheme}`)

    await page.getByRole('button', { name: 'Period: 30 days' }).click()
    await expect(page.getByRole('application')).toBeVisible()
    await expectAccessible(page)
    await keepScreenshot(page, `period-${scheme}`)

    await page.goto(`${seeded}/?tab=teams`)
    await page.getByRole('button', { name: 'Platform' }).click()
    await expectAccessible(page)
    await keepScreenshot(page, `teams-${scheme}`)

    await page.goto(`${seeded}/?start_date=soon`)
    await expect(page.getByRole('alert')).toBeVisible()
    await expectAccessible(page)
  })
}

test('the chosen theme is remembered', async ({ page, seeded }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(seeded)
  await page.getByRole('button', { name: 'Use the dark theme' }).click()
  await page.reload()

  await expect(page.locator('body')).toHaveCSS('background-color', CANVAS.dark)
  await expect(page.getByRole('button', { name: 'Use the light theme' })).toBeVisible()
})

test('nothing is cut off or scrolls sideways at 360 px', async ({ page, seeded }) => {
  await page.setViewportSize({ width: 360, height: 800 })
  await page.goto(seeded)
  await expect(page.getByRole('rowheader')).toHaveCount(4)
  await expectNoSidewaysScrolling(page)
  await keepScreenshot(page, 'models-360')

  await page.getByRole('button', { name: 'Period: 30 days' }).click()
  await expect(page.getByRole('application')).toBeVisible()
  await expect(page.getByRole('dialog', { name: 'Period' })).toBeInViewport({ ratio: 1 })
  await expectNoSidewaysScrolling(page)
  await keepScreenshot(page, 'period-360')

  await page.goto(`${seeded}/?tab=teams`)
  await page.getByRole('button', { name: 'Platform' }).click()
  await expectNoSidewaysScrolling(page)
  await keepScreenshot(page, 'teams-360')
})
