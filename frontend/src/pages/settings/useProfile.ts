import { useQueryClient } from '@tanstack/vue-query'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import type { paths } from '@/api/schema'
import { useChange } from '@/composables/useChange'
import { ME } from '@/composables/useMe'

export type ProfileChanges = paths['/v1/me']['patch']['requestBody']['content']['application/json']

/** What the form calls the fields of a profile. */
export const PROFILE_LABELS = {
  display_name: 'Display name',
  avatar_url: 'Avatar',
  time_zone: 'Time zone',
}

/** Changes of what the reader is called, where they are and who sees them. */
export function useProfile() {
  const api = apiClient()
  const client = useQueryClient()
  return useChange(async (body: ProfileChanges) => {
    const me = await answer(api.PATCH('/v1/me', { body }))
    client.setQueryData(ME, me)
    return me
  })
}
