import { expect, test } from 'vitest'
import { browserZone, zoneOf, ZONES } from '@/days/zones'

test('the zone of the machine is one of the list', () => {
  expect(browserZone()).toBe('America/Los_Angeles')
  expect(ZONES).toContain('America/Los_Angeles')
  expect(ZONES[0]).toBe('UTC')
  expect(new Set(ZONES).size).toBe(ZONES.length)
})

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  ['US/Pacific', 'America/Los_Angeles'],
  ['UTC', 'UTC'],
  ['Etc/UTC', 'UTC'],
  ['+05:30', 'UTC'],
  ['Mars/Olympus', 'UTC'],
  ['<b>', 'UTC'],
])('%s is the zone %s', (name, zone) => {
  expect(zoneOf(name)).toBe(zone)
})
