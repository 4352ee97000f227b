import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'

/** The scripts that the page at `url` loads until nothing more comes, and the hosts it asked. */
async function loaded(page: Page, url: string) {
  const scripts: Promise<Buffer>[] = []
  const hosts = new Set<string>()
  page.on('response', (response) => {
    hosts.add(new URL(response.url()).origin)
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  await page.route('**/v1/stream', (route) => route.abort()) // it never ends
  await page.goto(url, { waitUntil: 'networkidle' })
  return { scripts: await Promise.all(scripts), hosts: [...hosts] }
}

function gzipped(scripts: Buffer[]): number {
  return scripts.reduce((sum, script) => sum + gzipSync(script).length, 0)
}

/** The chart library, which comes in a chunk of its own. */
function drawsCharts(script: Buffer): boolean {
  return script.includes('_echarts_instance_')
}

const PAGES = [
  { path: '/', charts: false },
  { path: '/usage', charts: true },
  { path: '/costs', charts: true },
  { path: '/settings', charts: false },
  { path: '/health', charts: false },
  { path: '/sign-in', charts: false },
]

for (const { path, charts } of PAGES) {
  test(`${path} loads at most 250 kB of JavaScript, gzipped, ${charts ? 'before its charts' : 'and no charts'}`, async ({
    page,
    seeded,
  }) => {
    const { scripts, hosts } = await loaded(page, seeded + path)
    const first = scripts.filter((script) => !(charts && drawsCharts(script)))

    expect(gzipped(first)).toBeLessThan(250_000)
    expect(first.filter(drawsCharts)).toEqual([])
    expect(hosts).toEqual([seeded])
  })
}
