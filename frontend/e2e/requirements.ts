import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const TOKENTALLY = fileURLToPath(new URL('../../.venv/bin/tokentally', import.meta.url))

const BUILT_PAGE = fileURLToPath(new URL('../dist/index.html', import.meta.url))

/** What these tests need and this machine lacks, with the way to get it. */
export function missingRequirement(): string | undefined {
  const needs: [path: string, remedy: string][] = [
    [CHROMIUM, 'apt-get install chromium, or set CHROMIUM to its path'],
    [TOKENTALLY, 'make install'],
    [BUILT_PAGE, 'npm run build'],
  ]
  const missing = needs.find(([path]) => !existsSync(path))
  return missing && `${missing[0]} is missing: ${missing[1]}`
}
