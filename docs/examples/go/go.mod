module example.com/best-candidates

go 1.22
