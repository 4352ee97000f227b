import { beforeEach, expect, test } from 'vitest'
import type { Issued } from '@/session/issued'
import {
  forgetToken,
  issuedToken,
  keepToken,
  readKeptToken,
  signedInToken,
  staysSignedIn,
} from '@/session/token'

const ISSUED: Issued = { provider: { issuer: 'https://id.example.com', client_id: 'tokentally' } }

beforeEach(forgetToken)

test('a token for this tab replaces one that was to stay', () => {
  keepToken('old', true, ISSUED)

  keepToken('new', false)

  expect([signedInToken.value, issuedToken.value, staysSignedIn()]).toEqual(['new', null, false])
  expect(localStorage.length).toBe(0)
})

test('what came with a token is there after a reload, and goes with it', () => {
  keepToken('token', true, ISSUED)
  readKeptToken()
  expect(issuedToken.value).toEqual(ISSUED)

  forgetToken()

  expect([signedInToken.value, issuedToken.value]).toEqual([null, null])
  expect(sessionStorage.length + localStorage.length).toBe(0)
})

test('a token that another tab renewed is taken over', () => {
  keepToken('old', true, ISSUED)

  localStorage.setItem('tokentally.token', 'renewed')
  window.dispatchEvent(new StorageEvent('storage', { key: 'other' }))
  expect(signedInToken.value).toBe('old')
  readKeptToken()

  expect(signedInToken.value).toBe('renewed')
})
