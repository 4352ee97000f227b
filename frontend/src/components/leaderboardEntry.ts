/** One line of a leaderboard, as the tables show it. */
export interface LeaderboardEntry {
  rank: number
  name: string
  /** Small print under the name. */
  detail?: string
  tokens: number
  requests: number
  costUsd: string
  unpricedTokens: number
  /** CSS colour of the bar. */
  colour: string
}
