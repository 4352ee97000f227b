import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import type { components, paths } from '@/api/schema'
import { useChange } from '@/composables/useChange'
import { useLiveQuery } from '@/composables/useLiveQuery'

export type User = components['schemas']['UserShown']
export type UserWish =
  paths['/v1/admin/users']['post']['requestBody']['content']['application/json']
export type UserChanges =
  paths['/v1/admin/users/{name}']['patch']['requestBody']['content']['application/json']

/** What forms call the fields of a user. */
export const USER_LABELS = { name: 'Name', display_name: 'Display name', team: 'Team' }

const USERS = '/v1/admin/users'
const OF_USER = '/v1/admin/users/{name}'

/** Every user, by name, and the teams that they are in. */
export function useUsers() {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(
    USERS,
    computed(() => null),
    (_, signal) => answer(api.GET(USERS, { signal })),
    { poll: false },
  )
  const users = computed(() => data.value?.users ?? [])
  const teams = computed(() =>
    [...new Set(users.value.flatMap(({ team }) => team ?? []))].sort((a, b) => a.localeCompare(b)),
  )
  return { users, teams, loading, error, refresh }
}

export function useNewUser() {
  const api = apiClient()
  return useChange((body: UserWish) => answer(api.POST(USERS, { body })), { changes: [USERS] })
}

/** Changes of the user called `name`; one form, so what it changes is sent in one go. */
export function useUserChange(name: string) {
  const api = apiClient()
  const params = { path: { name } }
  return useChange(
    async ({ team, ...changes }: UserChanges & { team?: string | null }) => {
      if (Object.keys(changes).length > 0)
        await answer(api.PATCH(OF_USER, { params, body: changes }))
      if (team !== undefined)
        await answer(api.PUT('/v1/admin/users/{name}/team', { params, body: { team } }))
    },
    { changes: [USERS] },
  )
}

export function useUserDeletion(name: string) {
  const api = apiClient()
  return useChange(() => answer(api.DELETE(OF_USER, { params: { path: { name } } })), {
    changes: [USERS],
  })
}
