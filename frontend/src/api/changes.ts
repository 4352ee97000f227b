import { EventSourceParserStream } from 'eventsource-parser/stream'
import { renewExpiringToken } from '@/session/renewal'
import { ApiError } from './answer'
import { authorizationFor } from './client'
import { serverUrl } from './server'

/**
 * Versions of the server's data: the present one at once, then one after every change, as long as
 * the connection lasts. Throws an `ApiError` when the server refuses.
 */
export async function* dataVersions(signal: AbortSignal): AsyncGenerator<number> {
  const url = `${serverUrl()}/v1/stream`
  await renewExpiringToken()
  const response = await fetch(url, { headers: authorizationFor(url), signal })
  if (!response.ok || !response.body) throw new ApiError('No news of changes', response.status)
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const { version } = JSON.parse(read.value.data) as { version: number }
    yield version
  }
}
