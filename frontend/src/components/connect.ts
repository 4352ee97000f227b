import { INGEST_KEY, type SnippetKey } from '@/components/connectKey'
import { LITELLM } from '@/components/connectLitellm'
import { claudeTelemetry, OPEN_TELEMETRY } from '@/components/connectTelemetry'

/** The server that sources send to, and whether they must show a key to it. */
export interface Receiver {
  url: string
  needsKey: boolean
}

/** A way in for usage: what it is, and what to copy. */
export interface Connection {
  id: string
  name: string
  about: string
  /** The key in the snippets, where the receiver needs one. */
  key?: SnippetKey
  snippets: (receiver: Receiver) => { label: string; code: string }[]
}

/** The command as it is installed in the folder of the server. */
const COMMAND = '.venv/bin/tokentally'
const SAME_DATABASE = "Run it in the server's folder, or with its TOKENTALLY_DATABASE_URL."

/** Every way in, in the order in which they are offered. */
export const CONNECTIONS: Connection[] = [
  {
    id: 'curl',
    name: 'curl',
    about: 'One event over HTTP. Sending it again with the same event_id changes nothing.',
    key: INGEST_KEY,
    snippets: (receiver) => [{ label: 'Send an event', code: firstEventCommand(receiver) }],
  },
  agent('claude', 'Claude Code', claudeTelemetry),
  agent('codex', 'Codex'),
  agent('gemini', 'Gemini CLI'),
  agent('opencode', 'OpenCode'),
  LITELLM,
  OPEN_TELEMETRY,
  {
    id: 'python',
    name: 'Python',
    about: 'From your own code, after each call of a model; httpx is all it needs.',
    key: INGEST_KEY,
    snippets: (receiver) => [{ label: 'Send an event', code: pythonSender(receiver) }],
  },
  {
    id: 'csv',
    name: 'CSV',
    about: `One row is one event; name the columns that hold its fields. ${SAME_DATABASE}`,
    snippets: () => [{ label: 'Import a file', code: CSV_IMPORT }],
  },
]

/** An agent whose logs are read: on the server's machine by `import`, elsewhere by `connect`. */
function agent(id: string, name: string, further: Connection['snippets'] = () => []): Connection {
  return {
    id,
    name,
    about: 'Its logs are read: counts, times, models and ids leave them, never prompts or code.',
    key: INGEST_KEY,
    snippets: (receiver) => [
      { label: "In the server's folder", code: `${COMMAND} import ${id} --watch` },
      ...(receiver.needsKey
        ? [
            {
              label: 'On another machine',
              code: `${COMMAND} connect ${receiver.url} --agents ${id}`,
            },
          ]
        : []),
      ...further(receiver),
    ],
  }
}

const CSV_IMPORT = [
  `${COMMAND} import csv usage.csv`,
  '  --map occurred_at=TIMESTAMP,input_tokens=ContextTokens,output_tokens=GeneratedTokens',
  '  --model gpt-4.1 --source azure',
].join(' \\\n')

/** A shell command that sends one event, now; the key, where one is needed, is in a variable. */
export function firstEventCommand({ url, needsKey }: Receiver): string {
  const lines = [
    `curl ${url}/v1/events`,
    ...(needsKey ? [`  -H "Authorization: Bearer $TOKENTALLY_KEY"`] : []),
    `  -H "Content-Type: application/json"`,
    `  -d '{"events":[{"event_id":"first",
      "occurred_at":"'$(date -u +%FT%TZ)'",
      "source":"api","model":"openai/gpt-4.1",
      "input_tokens":1200,"output_tokens":300}]}'`,
  ]
  return lines.join(' \\\n')
}

function pythonSender(receiver: Receiver): string {
  return [
    ...(receiver.needsKey ? ['import os'] : []),
    'import uuid',
    'from datetime import datetime, timezone',
    '',
    'import httpx',
    '',
    'event = {',
    '    "event_id": str(uuid.uuid4()),  # better: the id of the model\'s answer',
    '    "occurred_at": datetime.now(timezone.utc).isoformat(),',
    '    "source": "api",',
    '    "model": "openai/gpt-4.1",',
    '    "input_tokens": 1200,',
    '    "output_tokens": 300,',
    '}',
    'answer = httpx.post(',
    `    "${receiver.url}/v1/events",`,
    '    json={"events": [event]},',
    ...(receiver.needsKey
      ? [`    headers={"Authorization": "Bearer " + os.environ["TOKENTALLY_KEY"]},`]
      : []),
    ')',
    'answer.raise_for_status()',
    'print(answer.json())',
  ].join('\n')
}
