import { test as base } from './fixtures'
import { ask } from './sending'
import { startServer, type RunningServer } from './server'

/** What a server and the commands that make its users and keys may take on a busy machine. */
export const COMMANDS_MILLISECONDS = 120_000

export interface Guarded extends RunningServer {
  adaKey: string
  graceKey: string
}

interface Accounts {
  /** A server with sign-in, the admin `ada` and the user `grace`. */
  guarded: Guarded
}

export const test = base.extend<object, Accounts>({
  guarded: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await startServer({ TOKENTALLY_AUTH: 'token' })
      await server.run('users', 'add', 'ada', '--admin')
      await server.run('users', 'add', 'grace')
      const adaKey = await keyOf(server, 'ada', 'admin')
      const graceKey = await keyOf(server, 'grace', 'ingest:any', 'read')
      await use({ ...server, adaKey, graceKey })
      await server.stop()
    },
    { scope: 'worker', timeout: COMMANDS_MILLISECONDS },
  ],
})

/** A key that the command makes for a user. */
export async function keyOf(
  server: RunningServer,
  user: string,
  ...scopes: string[]
): Promise<string> {
  const wanted = scopes.flatMap((scope) => ['--scope', scope])
  const printed = await server.run('keys', 'create', '--user', user, ...wanted)
  return printed.split('\n').at(-1) ?? ''
}

/** A further key of whoever `key` is of. */
export async function anotherKey(
  { url }: RunningServer,
  key: string,
  ...scopes: string[]
): Promise<{ id: number; key: string }> {
  return ask(`${url}/v1/keys`, 'POST', { scopes, label: 'another' }, key)
}
