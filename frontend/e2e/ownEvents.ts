import { sendEvents } from './sending'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

interface OwnUsage {
  model: string
  source: string
  /** At this hour, UTC, so many days ago. */
  at: [daysAgo: number, hour: number]
  input: number
  cached?: number
  output: number
  reasoning?: number
  cost?: string
}

const USAGE: OwnUsage[] = [
  {
    model: 'openai/gpt-5.2-codex',
    source: 'codex',
    at: [2, 23],
    input: 12_000,
    cached: 9_000,
    output: 3_000,
    reasoning: 1_000,
    cost: '0.042000',
  },
  {
    model: 'anthropic/claude-4.6-opus',
    source: 'claude',
    at: [3, 12],
    input: 50_000,
    cached: 20_000,
    output: 4_000,
    cost: '0.350000',
  },
  { model: 'gpt-5.2-codex', source: 'api', at: [3, 2], input: 700, output: 300, cost: '0.010000' },
  { model: '<img src=x>', source: 'api', at: [5, 9], input: 2_000, output: 500 },
  {
    model: 'anthropic/claude-4.6-opus',
    source: 'claude',
    at: [80, 9],
    input: 9_000,
    output: 1_000,
    cost: '0.080000',
  },
]

/** Sends a history of the user `local`. */
export async function sendOwnHistory(url: string): Promise<void> {
  const today = new Date().setUTCHours(0, 0, 0, 0)
  const events = USAGE.map(({ at: [daysAgo, hour], ...usage }, index) => ({
    event_id: `own-${index}`,
    occurred_at: new Date(today - daysAgo * DAY + hour * HOUR).toISOString(),
    model: usage.model,
    source: usage.source,
    input_tokens: usage.input,
    cached_input_tokens: usage.cached,
    output_tokens: usage.output,
    reasoning_output_tokens: usage.reasoning,
    cost_usd: usage.cost,
  }))
  await sendEvents(url, events)
}
