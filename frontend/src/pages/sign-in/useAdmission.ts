import { useMutation } from '@tanstack/vue-query'
import { answer, ApiError } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useSession, type Admission } from '@/composables/useSession'

/** Signs in with a key or token, once the server has said that it is good. */
export function useAdmission(refusal: string) {
  const api = apiClient()
  const { signIn } = useSession()

  async function check(token: string) {
    if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(refusal)
    const headers = { Authorization: `Bearer ${token}` }
    await answer(api.GET('/v1/me', { headers })).catch((error: unknown) => {
      throw error instanceof ApiError && error.status === 401 ? new Error(refusal) : error
    })
  }

  return useMutation({
    networkMode: 'always',
    mutationFn: async (admission: Admission) => {
      await check(admission.token)
      await signIn(admission)
    },
  })
}
