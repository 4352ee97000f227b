import { describe, expect, test } from 'vitest'
import { changeInPercent } from '@/format/change'
import { exactInstant, timeAgo } from '@/format/instants'
import { exactDollars, shortDollars } from '@/format/money'
import { compactCount, exactCount, percent } from '@/format/numbers'
import { byteSize, duration } from '@/format/sizes'

describe('counts', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1234, '1.23K'],
    [125_000, '125K'],
    [98_765_432, '98.8M'],
    [1_234_567_890_123, '1.23T'],
  ])('%i reads %s at a glance', (count, text) => {
    expect(compactCount(count, 'en-US')).toBe(text)
  })

  test('follow the language of the reader', () => {
    expect(exactCount(1_234_567, 'en-US')).toBe('1,234,567')
    expect(exactCount(1_234_567, 'de-DE')).toBe('1.234.567')
    expect(compactCount(98_765_432, 'de-DE')).toBe('98,8\u00a0Mio.')
  })

  test('beyond 2^53 come as digits and keep each of them', () => {
    expect(exactCount('9007199254740993', 'en-US')).toBe('9,007,199,254,740,993')
    expect(compactCount('9007199254740993', 'en-US')).toBe('9010T')
  })

  test('a share has one decimal and never hides a small part', () => {
    expect(percent(395, 1000, 'en-US')).toBe('39.5%')
    expect(percent(1, 1_000_000, 'en-US')).toBe('<0.1%')
    expect(percent(0, 10, 'en-US')).toBe('0.0%')
    expect(percent(0, 0, 'en-US')).toBe('0.0%')
  })
})

describe('money', () => {
  test.each([
    ['0.000000', '$0.00'],
    ['0.001234', '$0.001234'],
    ['12.345678', '$12.35'],
    ['4321.100000', '$4,321.10'],
    ['1234567.890000', '$1.23M'],
  ])('%s reads %s at a glance', (amount, text) => {
    expect(shortDollars(amount, 'en-US')).toBe(text)
  })

  test('the exact amount keeps every digit of the text', () => {
    expect(exactDollars('9007199254740993.123456', 'en-US')).toBe('$9,007,199,254,740,993.123456')
    expect(exactDollars('1.500000', 'en-US')).toBe('$1.50')
  })
})

describe('instants', () => {
  const now = new Date('2026-11-21T12:00:00Z')

  test.each([
    ['2026-11-21T12:00:05Z', 'now'],
    ['2026-11-21T11:59:48Z', '12 seconds ago'],
    ['2026-11-21T11:57:30Z', '2 minutes ago'],
    ['2026-11-21T09:00:00Z', '3 hours ago'],
    ['2026-11-18T12:00:00Z', '3 days ago'],
  ])('%s is %s', (instant, text) => {
    expect(timeAgo(new Date(instant), now, 'en-US')).toBe(text)
  })

  test('are exact in UTC', () => {
    expect(exactInstant(now, 'en-GB')).toBe('21 Nov 2026, 12:00:00 UTC')
  })
})

describe('changes', () => {
  test.each([
    [112, 100, '12%'],
    [100, 112, '11%'],
    [104.3, 100, '4.3%'],
    [100, 100, '0%'],
    [0, 100, '100%'],
    [1_000_000, 1, '100M%'],
  ])('%d after %d is a change of %s', (now, before, text) => {
    expect(changeInPercent(now, before, 'en-US')).toBe(text)
  })
})

describe('sizes and durations', () => {
  test.each([
    [0, '0 byte'],
    [164_000, '164 kB'],
    [7_740_000, '7.7 MB'],
    [12_300_000_000, '12.3 GB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(byteSize(bytes, 'en-US')).toBe(text)
  })

  test.each([
    [0, '0 sec'],
    [0.0158, '15.8 ms'],
    [1.43, '1.4 sec'],
    [412, '6.9 min'],
    [7200, '2 hr'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(duration(seconds, 'en-US')).toBe(text)
  })
})
