import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { TOKENTALLY } from './requirements'

export interface RunningServer {
  url: string
  /** What a `tokentally` command on this server's database prints, without the last newline. */
  run(...command: string[]): Promise<string>
  stop(): Promise<void>
}

/** A Tokentally server of its own: free port, fresh database, gone after `stop`. */
export async function startServer(settings: Record<string, string> = {}): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tokentally-e2e-'))
  const port = await freePort()
  const env = {
    ...process.env,
    ...settings,
    TOKENTALLY_DATABASE_URL: `sqlite:///${join(folder, 'e2e.db')}`,
  }
  const server = spawn(TOKENTALLY, ['serve', '--port', String(port)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  async function run(...command: string[]) {
    const { stdout } = await promisify(execFile)(TOKENTALLY, command, { cwd: folder, env })
    return stdout.trimEnd()
  }
  async function stop() {
    if (server.exitCode === null && server.kill()) await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilItAnswers(url, () => server.exitCode)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, run, stop }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function untilItAnswers(url: string, exitCode: () => number | null): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (exitCode() !== null) throw new Error(`tokentally serve ended with ${exitCode()}`)
    const reached = await fetch(`${url}/livez`).catch(() => undefined)
    if (reached?.ok) return
    await sleep(200)
  }
  throw new Error(`${url} did not answer within 30 seconds`)
}
