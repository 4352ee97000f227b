import { isLocalhost } from '@/api/server'

/** A shell command that sends one event, now, to the server at `url`. */
export function firstEventCommand(url: string): string {
  const lines = [
    `curl ${url}/v1/events`,
    ...(isLocalhost(url) ? [] : [`  -H "Authorization: Bearer $TOKENTALLY_KEY"`]),
    `  -H "Content-Type: application/json"`,
    `  -d '{"events":[{"event_id":"first",
      "occurred_at":"'$(date -u +%FT%TZ)'",
      "source":"api","model":"openai/gpt-4.1",
      "input_tokens":1200,"output_tokens":300}]}'`,
  ]
  return lines.join(' \\\n')
}
