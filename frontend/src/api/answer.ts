/** The API refused or failed; `message` is its `detail` or `error`, `status` is 0 when it was not reached. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

interface Reply<Body> {
  data?: Body
  error?: unknown
  response: Response
}

/**
 * The body of a successful call, undefined where it has none by its status; throws an `ApiError`
 * with the API's words otherwise.
 */
export async function answer<Body>(call: Promise<Reply<Body>>): Promise<Body> {
  const { data, error, response } = await call.catch(rethrowAsUnreachable)
  if (response.status === 204 || (response.ok && data !== undefined)) return data as Body
  throw new ApiError(
    wordsOf(error) ?? `The server answered with status ${response.status}`,
    response.status,
  )
}

function rethrowAsUnreachable(cause: unknown): never {
  if (cause instanceof Error && cause.name === 'AbortError') throw cause
  if (cause instanceof SyntaxError) throw new ApiError('The answer was not readable JSON', 0)
  throw new ApiError('The server cannot be reached', 0)
}

function wordsOf(body: unknown): string | undefined {
  const { detail, error } = (body ?? {}) as { detail?: unknown; error?: unknown }
  return [detail, error].find((words) => typeof words === 'string')
}
