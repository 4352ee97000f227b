import type { Connection, Receiver } from '@/components/connect'

/** A LiteLLM proxy logs each call by itself; why these settings is told in the guide. */
export const LITELLM: Connection = {
  id: 'litellm',
  name: 'LiteLLM proxy',
  about:
    'It logs each call here, with users, teams and cost. ' +
    'Why these settings: docs/sources/litellm.md.',
  key: { standsAs: 'tt_…', scope: 'ingest:any' },
  snippets: (receiver) => [
    { label: 'Environment of the proxy', code: environment(receiver) },
    { label: 'In its config.yaml', code: settings(receiver) },
  ],
}

function environment({ needsKey }: Receiver): string {
  return [
    ...(needsKey ? ['TOKENTALLY_AUTHORIZATION="Bearer tt_…"'] : []),
    'DEFAULT_BATCH_SIZE=1',
    'LOGGING_WORKER_MAX_TIME_PER_COROUTINE=600',
  ].join('\n')
}

function settings({ url, needsKey }: Receiver): string {
  return [
    'litellm_settings:',
    '  callbacks: ["tokentally"]',
    '  turn_off_message_logging: true',
    'general_settings:',
    '  always_include_stream_usage: true',
    'callback_settings:',
    '  tokentally:',
    '    callback_type: generic_api',
    `    endpoint: ${url}/v1/ingest/litellm`,
    '    headers:',
    ...(needsKey ? ['      Authorization: os.environ/TOKENTALLY_AUTHORIZATION'] : []),
    '      Content-Type: application/json',
    '    log_format: json_array',
    '    max_retries: 8',
    '    retry_delay: 1',
    '    timeout: 30',
  ].join('\n')
}
