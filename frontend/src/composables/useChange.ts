import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'

/** A change of what the server holds, after which the answers at the paths `changes` are asked again. */
export function useChange<Wish, Answer>(
  send: (wish: Wish) => Promise<Answer>,
  { changes = [] }: { changes?: string[] } = {},
) {
  const client = useQueryClient()
  const { mutate, mutateAsync, isPending, error, data, isSuccess, reset } = useMutation({
    networkMode: 'always',
    mutationFn: send,
    onSuccess: () => changes.forEach((path) => void client.invalidateQueries({ queryKey: [path] })),
  })
  return {
    send: mutate,
    sent: mutateAsync,
    waiting: isPending,
    done: isSuccess,
    answered: data,
    error: computed(() => error.value?.message ?? null),
    reset,
  }
}
