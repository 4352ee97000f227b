import { expect, test } from 'vitest'
import { browserZone, zoneOf, ZONES } from '@/days/zones'

test('the zone of the machine is one of the list', () => {
  expect(browserZone()).toBe('America/Los_Angeles')
  expect(ZONES).toContain('America/Los_Angeles')
  expect(ZONES[0]).toBe('UTC')
  expect(new Set(ZONES).size).toBe(ZONES.length)
})

test('zones are listed under their present names only', () => {
  expect(ZONES).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Europe/Kyiv', 'America/Nuuk']))
  expect(ZONES).not.toContain('Asia/Calcutta')
  expect(ZONES).not.toContain('Europe/Kiev')
})

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  ['US/Pacific', 'America/Los_Angeles'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Kathmandu', 'Asia/Kathmandu'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['UTC', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['+05:30', 'UTC'],
  ['Mars/Olympus', 'UTC'],
  ['<b>', 'UTC'],
])('%s is the zone %s', (name, zone) => {
  expect(zoneOf(name)).toBe(zone)
})
