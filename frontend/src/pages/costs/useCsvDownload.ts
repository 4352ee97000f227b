import { useMutation } from '@tanstack/vue-query'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { ofUser } from '@/api/ofUser'
import { chartsQuery, type Drawing } from './useCostCharts'

/** Saves the charts as a CSV file. It is fetched, so that its address holds no token. */
export function useCsvDownload() {
  const api = apiClient()
  return useMutation({
    mutationFn: async (drawing: Drawing) => {
      const query = { ...chartsQuery(drawing), format: 'csv' as const }
      const csv = await answer(
        api.GET('/api/usage/costs/models/daily', {
          params: { query },
          headers: ofUser(drawing.user),
          parseAs: 'blob',
        }),
      )
      save(csv, `tokentally-costs_${drawing.startDate}_${drawing.endDate}.csv`)
    },
    networkMode: 'always',
  })
}

function save(file: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
