import { endOfMonth, startOfMonth, type CalendarDate } from '@internationalized/date'
import type { DayRange } from './utcDays'

export const PRESETS = [
  { id: 'today', label: 'Today' },
  { id: '7d', label: '7 days' },
  { id: '30d', label: '30 days' },
  { id: '90d', label: '90 days' },
  { id: 'month', label: 'This month' },
  { id: 'last-month', label: 'Last month' },
  { id: '1y', label: '1 year' },
] as const

export type PresetId = (typeof PRESETS)[number]['id']

export const DEFAULT_PRESET: PresetId = '30d'

export function isPreset(text: string | undefined): text is PresetId {
  return PRESETS.some(({ id }) => id === text)
}

/** The days a preset means when `today` is the current one. */
export function presetDays(preset: PresetId, today: CalendarDate): DayRange {
  const lastMonth = today.subtract({ months: 1 })
  const ranges: Record<PresetId, [CalendarDate, CalendarDate]> = {
    today: [today, today],
    '7d': [today.subtract({ days: 6 }), today],
    '30d': [today.subtract({ days: 29 }), today],
    '90d': [today.subtract({ days: 89 }), today],
    month: [startOfMonth(today), today],
    'last-month': [startOfMonth(lastMonth), endOfMonth(lastMonth)],
    '1y': [today.subtract({ years: 1 }).add({ days: 1 }), today],
  }
  const [start, end] = ranges[preset]
  return { startDate: start.toString(), endDate: end.toString() }
}
