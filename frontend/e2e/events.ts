import { sendEvents } from './sending'

const DAY = 24 * 60 * 60 * 1000

interface Usage {
  model: string
  user: string
  team: string
  source: string
  tokens: number
  daysAgo: number
  cost?: string
}

const USAGE: Usage[] = [
  {
    ...who('ada', 'Platform', 'codex'),
    model: 'openai/gpt-4.1',
    tokens: 125_000,
    daysAgo: 2,
    cost: '0.350000',
  },
  {
    ...who('ada', 'Platform', 'codex'),
    model: 'openai/gpt-5.2-codex',
    tokens: 45_000,
    daysAgo: 3,
    cost: '0.120000',
  },
  {
    ...who('grace', 'Platform', 'claude'),
    model: 'anthropic/claude-4.6-opus',
    tokens: 98_000,
    daysAgo: 1,
    cost: '1.470000',
  },
  {
    ...who('linus', 'Research', 'litellm'),
    model: 'openai/gpt-4.1',
    tokens: 31_000,
    daysAgo: 5,
    cost: '0.090000',
  },
  {
    ...who('linus', 'Research', 'litellm'),
    model: 'google/gemini-3-pro',
    tokens: 12_345,
    daysAgo: 4,
  },
  {
    ...who('grace', 'Platform', 'claude'),
    model: 'anthropic/claude-4.5-haiku',
    tokens: 7_000,
    daysAgo: 60,
    cost: '0.010000',
  },
]

function who(user: string, team: string, source: string) {
  return { user, team, source }
}

/** Sends a small history of two teams; one model has no price and one is 60 days old. */
export async function sendHistory(url: string): Promise<void> {
  const today = new Date().setUTCHours(0, 0, 0, 0)
  const events = USAGE.map(({ tokens, daysAgo, cost, ...usage }, index) => ({
    ...usage,
    event_id: `e2e-${index}`,
    occurred_at: new Date(today - daysAgo * DAY).toISOString(),
    input_tokens: tokens - 1000,
    output_tokens: 1000,
    cost_usd: cost,
  }))
  await sendEvents(url, events)
}
