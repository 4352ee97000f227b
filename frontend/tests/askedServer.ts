import { vi } from 'vitest'

type Reply = (url: URL, request: Request) => Response | Promise<Response>

/** Puts `reply` at the network's edge and collects the requests that reach it. */
export function askedServer(reply: Reply): Request[] {
  const requests: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push(request)
    return reply(new URL(request.url), request)
  })
  return requests
}

/** An answer that arrives when told to. */
export function heldBack(answer: Response) {
  let arrive = () => {}
  const promise = new Promise<Response>((resolve) => {
    arrive = () => resolve(answer)
  })
  return { promise, arrive: () => arrive() }
}

/** What `/tokens/models` answers when it knows these models. */
export function modelsAnswer(...names: string[]): Response {
  const models = names.map((model) => ({
    model,
    tokens: 1500,
    model_ids: [model.toLowerCase()],
    requests: 3,
    cost_usd: '0.012000',
    unpriced_tokens: 0,
  }))
  return Response.json({ models, as_of: '2026-11-21T10:00:00Z' })
}
