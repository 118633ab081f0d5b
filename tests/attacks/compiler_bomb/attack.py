# Python copies the end of a try statement to every place where it is left, and the copies hold copies.
def double_it(x):
    return 2 * x


def never_called():
    try:
        return
    finally:
        try:
            return
        finally:
            try:
                return
            finally:
                try:
                    return
                finally:
                    try:
                        return
                    finally:
                        try:
                            return
                        finally:
                            try:
                                return
                            finally:
                                try:
                                    return
                                finally:
                                    try:
                                        return
                                    finally:
                                        try:
                                            return
                                        finally:
                                            try:
                                                return
                                            finally:
                                                try:
                                                    return
                                                finally:
                                                    try:
                                                        return
                                                    finally:
                                                        try:
                                                            return
                                                        finally:
                                                            try:
                                                                return
                                                            finally:
                                                                pass
