/**
 * What `/functions/vibeusage-*` takes and answers, for VibeUsage's own dashboard and any other
 * client of that contract. Counts are decimal strings, for they may exceed 2^53; costs are US
 * dollars as strings with six decimals; days are local days of the zone asked for.
 */

/** A date, `YYYY-MM-DD`. */
export type Day = string

/** An instant as ISO 8601 in UTC, ending in `Z`. */
export type Instant = string

/** Digits of a whole number. */
export type Count = string

/** US dollars with six decimals. */
export type Usd = string

/** Which tool the usage came from; further ones may come any day. */
export type Source = 'claude' | 'codex' | 'every-code' | (string & {})

/** A model as its source spells it, in lower case, with its vendor's prefix if it has one. */
export type ModelId = string

/** The body of every refusal. */
export interface Refusal {
  error: string
}

/** The five counts of every row. `total` is input and output; the other two are parts of these. */
export interface UsageTotals {
  input_tokens: Count
  cached_input_tokens: Count
  output_tokens: Count
  reasoning_output_tokens: Count
  total_tokens: Count
}

/** Sums with their cost; tokens whose price nobody knows cost nothing and are told apart. */
export interface PricedTotals extends UsageTotals {
  total_cost_usd: Usd
  cache_write_tokens?: Count
  requests?: Count
  unpriced_tokens?: Count
}

/** How sources counted: parts within the whole, parts beside it, or some this and some that. */
export type PricingMode = 'overlap' | 'add' | 'mixed'

/** US dollars for a million tokens of each kind. */
export interface TokenRates {
  input: Usd
  cached_input: Usd
  output: Usd
  reasoning_output: Usd
}

/** Whose rates are shown beside the costs; costs themselves are those of each event's own time. */
export interface PricingProfile {
  model: ModelId
  source: string
  effective_from: Day
  pricing_mode: PricingMode
  rates_per_million_usd: TokenRates
}

/** What a range of days adds up to. */
export interface UsageSummaryResponse {
  from: Day
  to: Day
  days: number
  totals: PricedTotals
  pricing: PricingProfile
  /** When the newest usage that is included came in; null before the first. */
  as_of?: Instant | null
}

/** What was used of one model through one source. */
export interface UsageModelBreakdownModel {
  model: ModelId
  totals: PricedTotals
}

/** What was used through one source; models by tokens, most first. */
export interface UsageModelBreakdownSource {
  source: Source
  models: UsageModelBreakdownModel[]
  totals: PricedTotals
}

/** A range of days by source and model. */
export interface UsageModelBreakdownResponse {
  from: Day
  to: Day
  days: number
  sources: UsageModelBreakdownSource[]
  pricing: PricingProfile
  /** The shown name of each model, where `names=true` asked for them. */
  names?: Record<ModelId, string>
}

/** One day; there is a row for each of the range, also where nothing was used. */
export interface DailyUsageRow extends UsageTotals {
  day: Day
  requests?: Count
  total_cost_usd?: Usd
}

/** A range by days, and what the summary says of it. */
export interface UsageDailyResponse {
  from: Day
  to: Day
  summary: Pick<UsageSummaryResponse, 'totals' | 'pricing'>
  data: DailyUsageRow[]
}

/** Half an hour by the wall clock, `YYYY-MM-DDTHH:00:00` or `YYYY-MM-DDTHH:30:00`. */
export interface HourlyUsageRow extends UsageTotals {
  hour: string
  /** Nothing has been delivered since, so the zeros mean little. */
  missing?: boolean
}

/** When usage last came in, and how often it is worth sending more. */
export interface UsageSync {
  last_sync_at: Instant | null
  min_interval_minutes: number
}

/** The 48 half hours of a day. */
export interface UsageHourlyResponse {
  day: Day
  sync: UsageSync
  data: HourlyUsageRow[]
}

/** A month, `YYYY-MM`; the last one reaches to the day asked for. */
export interface MonthlyUsageRow extends UsageTotals {
  month: string
}

export interface UsageMonthlyResponse {
  from: Day
  to: Day
  months: number
  data: MonthlyUsageRow[]
}

/** A day of the heatmap: its tokens, and how much that is for this user. */
export interface HeatmapCell {
  day: Day
  value: Count
  /** 0 for nothing, 4 for most. */
  level: number
}

/** Weeks of seven cells each; days after `to` are null. */
export interface UsageHeatmapResponse {
  from: Day
  to: Day
  week_starts_on: 'mon' | 'sun'
  weeks: (HeatmapCell | null)[][]
  thresholds: Record<'t1' | 't2' | 't3', Count>
  active_days: number
  streak_days: number
}

export type LeaderboardPeriod = 'total' | 'month' | 'week' | 'day'

/** One who is ranked; who has not agreed to be shown is `Anonymous` without a picture. */
export interface LeaderboardEntry {
  rank: number | null
  display_name: string
  avatar_url: string | null
  is_me: boolean
  total_tokens: Count
  /** What they are ranked by, where a `metric` was asked for. */
  value?: Count | Usd
}

/** Who used most in a window of UTC days, and the caller's own rank wherever that is. */
export interface LeaderboardResponse {
  period: LeaderboardPeriod
  from: Day
  to: Day
  entries: LeaderboardEntry[]
  me: Pick<LeaderboardEntry, 'rank' | 'total_tokens'>
  generated_at: Instant
}

export interface LeaderboardSettingsRequest {
  leaderboard_public: boolean
}

export interface LeaderboardSettingsResponse extends LeaderboardSettingsRequest {
  updated_at: Instant
}
