import { gzipSync } from 'node:zlib'
import { expect, test } from './fixtures'

test('the first load is at most 250 kB of JavaScript, gzipped, all from this server', async ({
  page,
  seeded,
}) => {
  const scripts: Promise<Buffer>[] = []
  const hosts = new Set<string>()
  page.on('response', (response) => {
    hosts.add(new URL(response.url()).origin)
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })

  await page.goto(seeded, { waitUntil: 'networkidle' })
  const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length)

  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000)
  expect([...hosts]).toEqual([seeded])
})
