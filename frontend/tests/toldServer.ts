import { vi } from 'vitest'

const encoder = new TextEncoder()

/** A connection to `/v1/stream`, as the server has it. */
export interface Connection {
  /** Whose it is: its `Authorization` header. */
  from: string | null
  open: boolean
  tell(version: number): Promise<void>
  end(): Promise<void>
}

/**
 * Puts a stream of versions and an answer to everything else at the network's edge; `refuse` says
 * with which status the stream is refused, if it is.
 */
export function toldServer(
  answer: () => Response | Promise<Response>,
  refuse: (attempt: number) => number | undefined = () => undefined,
) {
  const server = { connections: [] as Connection[], attempts: 0, asked: 0 }
  vi.stubGlobal('fetch', async (input: Request | string, init: RequestInit = {}) => {
    if (typeof input !== 'string') {
      server.asked += 1
      return answer()
    }
    server.attempts += 1
    const status = refuse(server.attempts)
    if (status) return Response.json({ detail: 'No' }, { status })
    return stream(new Headers(init.headers).get('Authorization'), init.signal, server.connections)
  })
  return server
}

function stream(
  from: string | null,
  signal: AbortSignal | null | undefined,
  connections: Connection[],
): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const connection: Connection = {
        from,
        open: true,
        async tell(version) {
          const text = `event: usage.updated\ndata: {"version":${version},"as_of":null}\n\n`
          controller.enqueue(encoder.encode(text))
          await vi.advanceTimersByTimeAsync(1)
        },
        async end() {
          connection.open = false
          controller.close()
          await vi.advanceTimersByTimeAsync(1)
        },
      }
      connections.push(connection)
      signal?.addEventListener('abort', () => {
        connection.open = false
        controller.error(new DOMException('Aborted', 'AbortError'))
      })
    },
  })
  return new Response(body)
}
