import type { Connection, Receiver } from '@/components/connect'
import { INGEST_KEY } from '@/components/connectKey'

/** Claude Code as the sender: it names its calls as its transcripts do, so both count once. */
export function claudeTelemetry(receiver: Receiver): { label: string; code: string }[] {
  const variables = [
    'CLAUDE_CODE_ENABLE_TELEMETRY=1',
    'OTEL_LOGS_EXPORTER=otlp',
    'OTEL_METRICS_EXPORTER=none',
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    `OTEL_EXPORTER_OTLP_ENDPOINT=${receiver.url}`,
    ...(receiver.needsKey
      ? ['OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer $TOKENTALLY_KEY"']
      : []),
  ]
  return [{ label: 'Or let it send as it works', code: exported(variables, 'claude') }]
}

/** Any program that is instrumented for generative AI. */
export const OPEN_TELEMETRY: Connection = {
  id: 'opentelemetry',
  name: 'OpenTelemetry',
  about:
    'From programs that are instrumented: spans of model calls count, prompts are dropped unread.',
  key: INGEST_KEY,
  snippets: (receiver) => [
    { label: 'Variables of a program', code: exported(variablesOf(receiver)) },
    {
      label: 'A Python program that calls OpenAI',
      code: [
        'pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http httpx \\',
        "  'opentelemetry-instrumentation-openai-v2==2.3b0' 'wrapt<2'",
        'opentelemetry-instrument python app.py',
      ].join('\n'),
    },
  ],
}

function variablesOf({ url, needsKey }: Receiver): string[] {
  return [
    'OTEL_SERVICE_NAME=my-app',
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ...(needsKey ? ['OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20$TOKENTALLY_KEY"'] : []),
    'OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none',
  ]
}

function exported(variables: string[], command?: string): string {
  const lines = variables.map((variable) => `export ${variable}`)
  return [...lines, ...(command ? [command] : [])].join('\n')
}
