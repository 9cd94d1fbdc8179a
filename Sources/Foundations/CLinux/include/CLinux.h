// One-line wrappers for Linux calls that Swift cannot import.
#pragma once
