import { test as base } from './fixtures'
import { sendEvents } from './sending'
import { startServer } from './server'

const DAY = 24 * 60 * 60 * 1000

/** Thirteen models, dearest first; the last one has no price. */
export const MODELS = [
  'anthropic/claude-opus-4-5',
  'openai/gpt-5.2-codex',
  'anthropic/claude-sonnet-4-5',
  'google/gemini-3-pro',
  'openai/gpt-4.1',
  'openai/gpt-4o',
  'aws/gpt-4o',
  'anthropic/claude-haiku-4-5',
  'google/gemini-2.5-flash',
  'mistral/devstral-medium',
  'deepseek/deepseek-v3.2',
  'qwen/qwen3-coder',
  'local/llama-3.3-70b',
]

/** Each model once a day for a year, today included. */
function yearOfEvents() {
  const today = new Date().setUTCHours(0, 0, 0, 0)
  return Array.from({ length: 365 }, (_, back) =>
    MODELS.map((model, at) => ({
      event_id: `${back}-${at}`,
      occurred_at: new Date(today - back * DAY + at).toISOString(),
      source: at % 2 ? 'codex' : 'claude',
      model,
      input_tokens: 1_000 * (1 + ((at * 5) % 13)) + 7 * back,
      cached_input_tokens: 300,
      output_tokens: 90,
      cost_usd: at === 12 ? undefined : (0.013 * (12 - at) + back / 1e5).toFixed(6),
    })),
  ).flat()
}

/** `used` is the address of a server whose own user used every model on every day of a year. */
export const test = base.extend<object, { used: string }>({
  used: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer()
      await sendEvents(server.url, yearOfEvents())
      await use(server.url)
      await server.stop()
    },
    { scope: 'worker' },
  ],
})
