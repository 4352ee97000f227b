import { beforeEach, describe, expect, test, vi } from 'vitest'
import { apiClient, bearerFor } from '@/api/client'
import { forgetToken, keepToken } from '@/session/token'
import { askedServer, modelsAnswer } from './askedServer'

const LOCAL = ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000']
const REMOTE = 'https://tokens.example.com'

beforeEach(forgetToken)

describe('the token rule', () => {
  test.each([...LOCAL, REMOTE])('a signed-in page sends its token to %s', (host) => {
    keepToken('mine', false)

    expect(bearerFor(`${host}/tokens/models`)).toBe('mine')
  })

  test('a page that stays signed in sends the kept token', () => {
    keepToken('kept', true)

    expect(bearerFor(REMOTE)).toBe('kept')
  })

  test.each(LOCAL)('without signing in, no token is sent to %s', (host) => {
    vi.stubEnv('VITE_BACKEND_TOKEN', 'configured')

    expect(bearerFor(`${host}/tokens/models`)).toBeUndefined()
  })

  test('without signing in, another host gets the configured token', () => {
    vi.stubEnv('VITE_BACKEND_TOKEN', 'configured')

    expect(bearerFor(REMOTE)).toBe('configured')
  })

  test('a host that only starts like localhost is another host', () => {
    vi.stubEnv('VITE_BACKEND_TOKEN', 'configured')

    expect(bearerFor('https://localhost.example.com')).toBe('configured')
  })
})

describe('the API client', () => {
  test('asks the configured server, with the bearer token', async () => {
    vi.stubEnv('VITE_BACKEND_URL', `${REMOTE}/`)
    keepToken('mine', false)
    const requests = askedServer(() => modelsAnswer())

    await apiClient().GET('/tokens/models')

    expect(requests[0]?.url).toBe(`${REMOTE}/tokens/models`)
    expect(requests[0]?.headers.get('Authorization')).toBe('Bearer mine')
  })

  test('asks the server of the page by default, without a header when there is no token', async () => {
    const requests = askedServer(() => modelsAnswer())

    await apiClient().GET('/tokens/models')

    expect(requests[0]?.url).toBe(`${window.location.origin}/tokens/models`)
    expect(requests[0]?.headers.has('Authorization')).toBe(false)
  })

  test('asks about a token that is given, not about the one that is kept', async () => {
    keepToken('mine', false)
    const requests = askedServer(() => modelsAnswer())

    await apiClient().GET('/v1/me', { headers: { Authorization: 'Bearer candidate' } })

    expect(requests[0]?.headers.get('Authorization')).toBe('Bearer candidate')
  })
})
