import { useQueryClient } from '@tanstack/vue-query'
import { nextTick } from 'vue'
import { useRouter } from 'vue-router'
import type { Issued } from '@/session/issued'
import { nextPath } from '@/session/nextPath'
import { forgetToken, issuedToken, keepToken, signedInToken } from '@/session/token'
import { ME } from './useMe'

export interface Admission {
  token: string
  stay: boolean
  next: unknown
  issued?: Issued
}

/** Signing in with a token that was checked, and out. What another reader was told is forgotten. */
export function useSession() {
  const client = useQueryClient()
  const router = useRouter()

  async function signIn({ token, stay, next, issued }: Admission) {
    keepToken(token, stay, issued)
    client.removeQueries({ type: 'inactive' })
    void client.resetQueries({ queryKey: ME })
    await router.replace(nextPath(next))
  }

  async function signOut() {
    const [token, issued] = [signedInToken.value, issuedToken.value]
    await router.push('/sign-in')
    forgetToken()
    await nextTick() // what is shown to the signed-in only has gone
    client.removeQueries({ type: 'inactive' })
    if (token && issued) await leaveProvider(token, issued)
  }
  return { signIn, signOut }
}

/** Ends the session at the provider too; one that can't be reached can't be left. */
async function leaveProvider(token: string, { provider }: Issued) {
  const { endOfSession } = await import('@/session/provider')
  const url = await endOfSession(provider, token).catch(() => null)
  if (url) location.assign(url)
}
