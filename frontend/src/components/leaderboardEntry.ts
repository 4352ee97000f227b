/** One line of a leaderboard, as the tables show it. */
export interface LeaderboardEntry {
  /** What tells lines apart: several may have one name. */
  key: string
  rank: number
  name: string
  /** Small print beside the name, where there is room. */
  detail?: string
  /** The team of a person. */
  team?: string
  /** The reader's own line. */
  own?: boolean
  tokens: number
  /** Tokens of the equal period before. */
  previousTokens: number | undefined
  requests: number
  costUsd: string
  unpricedTokens: number
  /** CSS colour of the bar. */
  colour: string
}

/** What the API says of a line on every leaderboard. */
export interface Usage {
  tokens: number
  previous_tokens?: number
  requests: number
  cost_usd: string
  unpriced_tokens: number
}

/** The part of an entry that is the same on every leaderboard. */
export function usageOf(usage: Usage) {
  return {
    tokens: usage.tokens,
    previousTokens: usage.previous_tokens,
    requests: usage.requests,
    costUsd: usage.cost_usd,
    unpricedTokens: usage.unpriced_tokens,
  }
}
