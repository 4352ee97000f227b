/** What a server answers to JSON that it takes; it fails where it doesn't. */
export async function ask<Answer>(
  url: string,
  method: string,
  body: object,
  key?: string,
): Promise<Answer> {
  const signed = key ? { Authorization: `Bearer ${key}` } : undefined
  const answer = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...signed },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

/** Sends events, each of which must be new to the server. */
export async function sendEvents(url: string, events: object[], key?: string): Promise<void> {
  const said = await ask<{ accepted: number }>(`${url}/v1/events`, 'POST', { events }, key)
  if (said.accepted !== events.length) throw new Error(`not all accepted: ${JSON.stringify(said)}`)
}
