import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/session";

/** Returns whether whoever is signed in may change something. Where the service knows no sessions, it decides itself. */
export function useCanChange(): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.access !== "read";
}
